/** Says of a profile what is used: the key, where it comes from, the project, and whether it was accepted. */
import { env, l10n } from 'vscode';
import type { Instant } from '../../base/clock';
import { type SavedProfile, type Profile, profileName } from '../../credentials/profiles/profile';
import { plainText } from './plain-text';
import { sourceWord } from './source-words';

/** As a person knows it, fit to be shown: IAM tells the name of the project. */
export function profileWord(profile: SavedProfile): string {
  return plainText(profileName(profile));
}

/** E.g. `AKEX…`; undefined for a token. */
export function keyWord({ accessKeyStart }: Profile): string | undefined {
  return accessKeyStart === undefined ? undefined : `${plainText(accessKeyStart)}…`;
}

/** One line, e.g. `cn-north-4 · 7b7705dce1e8… · AKEX… · Access key in VS Code · verified 11/24/2026, 9:00 AM`. */
export function profileLine(profile: Profile, end: Instant | undefined, now: Instant): string {
  const { name, region, endpoint, projectId, projectName, source, verifiedAt } = profile;
  return [
    profileWord(profile),
    ...(name === undefined ? [] : [region ?? endpoint, plainText(projectName ?? projectId)]),
    keyWord(profile),
    sourceWord(source),
    verifiedAt === undefined ? undefined : l10n.t('verified {time}', { time: timeWord(verifiedAt) }),
    end === undefined ? undefined : endWord(end, now),
  ]
    .filter((word) => word !== undefined)
    .join(' · ');
}

export function endWord(end: Instant, now: Instant): string {
  return end > now ? l10n.t('ends {time}', { time: timeWord(end) }) : l10n.t('ended {time}', { time: timeWord(end) });
}

export function timeWord(instant: Instant): string {
  return new Date(instant).toLocaleString(env.language, { dateStyle: 'short', timeStyle: 'short' });
}
