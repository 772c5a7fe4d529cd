/** Quick picks for credentials. */
import { l10n, window } from 'vscode';
import type { Clock, Instant } from '../../base/clock';
import type { CredentialManager } from '../../credentials/credential-manager';
import type { Profile } from '../../credentials/profiles/profile';
import { type Answer, askAlone, askChoice, BACK, type Step, type StepFrame } from '../editor/input-steps';
import { endWord, keyWord, profileWord } from '../text/profile-words';
import { sourceWord } from '../text/source-words';

export class ProfilePicker {
  constructor(
    private readonly credentials: Pick<CredentialManager, 'all' | 'endOf'>,
    private readonly clock: Clock,
  ) {}

  /**
   * Returns the profile with a given id. Without an id: the only profile, or the one that the person picks.
   * @returns undefined if the person cancelled, or if there is no such profile, which a message then says.
   */
  async byId(given: unknown): Promise<Profile | undefined> {
    const all = this.credentials.all();
    if (typeof given === 'string') {
      const profile = all.find(({ id }) => id === given);
      if (profile === undefined) void window.showInformationMessage(l10n.t('These credentials no longer exist.'));
      return profile;
    }
    if (all.length === 0) void window.showInformationMessage(l10n.t('You are not signed in.'));
    return all.length > 1 ? this.pick(all, l10n.t('Credentials')) : all[0];
  }

  /** Returns the picked profile, undefined if the person cancelled. The list shows when the keys expire. */
  pick(profiles: readonly Profile[], title: string): Promise<Profile | undefined> {
    const expiry = { of: (profile: Profile) => this.credentials.endOf(profile), now: this.clock.now() };
    return askAlone((frame) => askProfile(frame, profiles, { expiry }), title);
  }
}

interface ProfileQuestion {
  /** The profile that has the focus at first. */
  readonly active?: Profile;
  /** When the keys of a profile expire; shown if given. */
  readonly expiry?: { readonly of: (profile: Profile) => Instant | undefined; readonly now: Instant };
}

export function askProfile(
  frame: StepFrame,
  profiles: readonly Profile[],
  { active, expiry }: ProfileQuestion = {},
): Promise<Answer<Profile>> {
  return askChoice(frame, {
    placeHolder: l10n.t('Which credentials?'),
    choices: profiles.map((profile) => {
      const end = expiry?.of(profile);
      const isUsable = profile.refusal === undefined && (end === undefined || expiry === undefined || end > expiry.now);
      return {
        label: `$(${isUsable ? 'key' : 'warning'}) ${profileWord(profile)}`,
        description: [
          keyWord(profile),
          profile.isDefault === true ? l10n.t('default') : undefined,
          end === undefined || expiry === undefined ? undefined : endWord(end, expiry.now),
        ]
          .filter((word) => word !== undefined)
          .join(' · '),
        detail: `${sourceWord(profile.source)} · ${profile.endpoint}`,
        value: profile,
      };
    }),
    isActive: ({ id }) => id === active?.id,
  });
}

/**
 * Returns the step of a longer input in which the person picks credentials.
 * @param present returns the profile chosen so far; it has the focus at first.
 */
export function profileStep(
  profiles: readonly Profile[],
  present: () => Profile,
  choose: (profile: Profile) => void,
): Step {
  return async (frame) => {
    const answer = await askProfile(frame, profiles, { active: present() });
    if (answer === undefined || answer === BACK) return answer;
    choose(answer);
    return 'answered';
  };
}
