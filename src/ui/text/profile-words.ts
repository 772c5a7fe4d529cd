/** Describes a profile: its project, its key and where that comes from, and whether the key was accepted. */
import { env, l10n } from 'vscode';
import type { Instant } from '../../base/clock';
import { type SavedProfile, type Profile, profileName } from '../../credentials/profiles/profile';
import { formatShortDateTime } from './date-time';
import { errorLabel } from './error-words';
import { plainText } from './plain-text';
import { sourceWord } from './source-words';

/** The name of the credentials, safe to show: a project name comes from IAM. */
export function profileWord(profile: SavedProfile): string {
  return plainText(profileName(profile));
}

/** E.g. `AKEX…`; undefined for a token. */
export function keyWord({ accessKeyStart }: Profile): string | undefined {
  return accessKeyStart === undefined ? undefined : `${plainText(accessKeyStart)}…`;
}

/** One line, e.g. `cn-north-4 · 7b7705dce1e8… · AKEX… · Access key in VS Code · verified 11/24/26, 9:00 AM`. */
export function profileLine(profile: Profile, end: Instant | undefined, now: Instant): string {
  const { name, region, endpoint, projectId, projectName, source } = profile;
  return [
    profileWord(profile),
    ...(name === undefined ? [] : [region ?? endpoint, plainText(projectName ?? projectId)]),
    keyWord(profile),
    sourceWord(source),
    acceptanceWord(profile),
    end === undefined ? undefined : endWord(end, now),
  ]
    .filter((word) => word !== undefined)
    .join(' · ');
}

/** Why the key is not used, or when it was last accepted in a test; undefined if neither is known. */
function acceptanceWord({ refusal, verifiedAt }: Profile): string | undefined {
  if (refusal !== undefined) return errorLabel(refusal.error);
  return verifiedAt === undefined
    ? undefined
    : l10n.t('verified {time}', { time: formatShortDateTime(verifiedAt, env.language) });
}

/** When a temporary key or token expires, or expired. */
export function endWord(end: Instant, now: Instant): string {
  const time = formatShortDateTime(end, env.language);
  return end > now ? l10n.t('expires {time}', { time }) : l10n.t('expired {time}', { time });
}
