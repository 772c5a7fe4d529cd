/** The input of Track ELB Job: a text with job ids, a list if the text leaves open which ids are jobs, and credentials. */
import {
  jobPlaces,
  namesItsPlaces,
  type PlaceRefusal,
  type ProfileChoice,
  wantedPlace,
} from '../../credentials/job-places';
import { l10n, ThemeIcon } from 'vscode';
import { MAX_PASTED_LENGTH } from '../../base/limits';
import type { CredentialManager } from '../../credentials/credential-manager';
import type { Profile } from '../../credentials/profiles/profile';
import type { JobMention } from '../../mentions/job-mention';
import { type JobMentions, jobsIn, jobsInTurns } from '../../mentions/job-mentions';
import { type Answer, askText, BACK, type EXTRA, runSteps, type Step, type StepFrame } from '../editor/input-steps';
import { needsPick, pickMentions } from '../selection/mention-picker';
import { profileStep } from '../selection/profile-picker';
import type { ProfileCommands } from '../sign-in/profile-commands';
import { flawWarning } from '../text/mention-words';
import { profileWord } from '../text/profile-words';
import { joinSentences } from '../text/punctuation';
import { refusalInInput, textProblem } from './track-problems';
import { PastedText } from './pasted-text';
import { type ProposedText, proposedText } from './proposed-text';

/** Characters of a text that is searched while other work waits. */
const MAX_TEXT_AT_ONCE = 4 * 1024;

export interface TrackWizardParts {
  readonly credentials: Pick<CredentialManager, 'all'>;
  readonly profiles: Pick<ProfileCommands, 'add'>;
}

/** A text from a key binding or another extension. */
export interface GivenText {
  readonly original: string;
  readonly text: JobMentions;
}

/** A text that needs credentials, which the person left: it is proposed at the next opening, unless another text is. */
export interface UnfinishedText {
  proposed?: ProposedText | undefined;
}

export interface TrackAnswers extends ProfileChoice {
  readonly text: JobMentions;
  /** The jobs of the text that the person wants to track. */
  readonly mentions: readonly JobMention[];
}

/**
 * Asks for the text, if none is given, for the jobs, if the text leaves open which they are, and for the credentials, if there
 * are several and neither a default nor the text decides.
 * @returns undefined if the person cancelled.
 */
export async function askForJobs(
  parts: TrackWizardParts,
  given: GivenText | undefined,
  unfinished: UnfinishedText,
): Promise<TrackAnswers | undefined> {
  const { credentials, profiles } = parts;
  if (credentials.all().length === 0) {
    const [job] = given?.text.mentions ?? [];
    const occasion = { command: l10n.t('Track ELB Job'), wanted: job && wantedPlace(job) };
    if ((await profiles.add(occasion)) === undefined) return undefined;
  }
  const [first] = credentials.all();
  if (first === undefined) return undefined;
  const wizard = new TrackWizard(parts, first, given);
  if (given !== undefined) return wizard.run();
  const proposed = await proposedText();
  wizard.propose(proposed.text === '' ? (unfinished.proposed ?? proposed) : proposed);
  const answers = await wizard.run();
  unfinished.proposed = answers === undefined ? wizard.textWithoutCredentials() : undefined;
  return answers;
}

class TrackWizard {
  private isPicked = false;
  private readonly hasDefault: boolean;
  private readonly pasted = new PastedText();
  private proposed: ProposedText | undefined;
  private entered = '';
  /** The text as it was copied. */
  private searched: string;
  private text: JobMentions;
  /** The search of a long text, which `text` has no jobs of before it ends. */
  private searching: { readonly abort: AbortController; readonly end: Promise<void> } | undefined;
  private ticked: ReadonlySet<string> | undefined;
  private picked: readonly JobMention[] = [];

  constructor(
    private readonly parts: TrackWizardParts,
    private profile: Profile,
    private readonly given: GivenText | undefined,
  ) {
    this.hasDefault = profile.isDefault === true;
    this.searched = given?.original ?? '';
    this.text = given?.text ?? jobsIn('');
  }

  propose(proposed: ProposedText): void {
    this.proposed = proposed;
    this.pasted.note(proposed.text, proposed.original);
    [this.entered, this.searched, this.text] = [proposed.text, proposed.original, proposed.found];
  }

  textWithoutCredentials(): ProposedText | undefined {
    const { entered: text, searched: original, text: found } = this;
    return this.refusal() === undefined ? undefined : { text, original, found, isCut: false };
  }

  async run(): Promise<TrackAnswers | undefined> {
    const { given } = this;
    // With a default, the input begins at the text, and the way back leads to the other credentials.
    const isProfileFirst = given === undefined && this.hasDefault && this.isAnyOther();
    const steps = (): readonly Step[] => [
      ...(isProfileFirst ? [(frame: StepFrame) => this.pickProfile(frame)] : []),
      ...(given === undefined ? [(frame: StepFrame) => this.enterText(frame)] : []),
      ...(needsPick(this.text) ? [(frame: StepFrame) => this.pickJobs(frame)] : []),
      ...(this.isProfileOpen() ? [(frame: StepFrame) => this.pickProfile(frame)] : []),
    ];
    const isAnswered = await runSteps(l10n.t('Track ELB Job'), steps, isProfileFirst ? 1 : 0);
    this.searching?.abort.abort();
    if (!isAnswered) return undefined;
    const { profile, isPicked, text } = this;
    return { profile, isPicked, text, mentions: this.mentions() };
  }

  private isAnyOther(): boolean {
    return this.parts.credentials.all().length > 1;
  }

  /** Whether neither a default nor the text says which credentials poll the jobs. */
  private isProfileOpen(): boolean {
    if (this.hasDefault || !this.isAnyOther()) return false;
    const isHintEnough = this.given !== undefined;
    return !namesItsPlaces({ mentions: this.mentions(), candidates: [] }, this.parts.credentials.all(), isHintEnough);
  }

  /** Returns the profile whose region the text mentions, if there is one. */
  private hintedProfile(profiles: readonly Profile[]): Profile {
    const { profile } = this;
    const [place] = jobPlaces(this.mentions(), { profile, isPicked: false }, profiles).references;
    const isHinted = ({ endpoint, projectId }: Profile) =>
      endpoint === place?.endpoint && projectId === place.projectId;
    return profiles.find(isHinted) ?? profile;
  }

  private mentions(): readonly JobMention[] {
    return needsPick(this.text) ? this.picked : this.text.mentions;
  }

  private pickProfile(frame: StepFrame): ReturnType<Step> {
    const all = this.parts.credentials.all();
    const pick = profileStep(
      all,
      () => (this.isPicked ? this.profile : this.hintedProfile(all)),
      (chosen) => {
        this.profile = chosen;
        this.isPicked = true;
      },
    );
    return pick(frame);
  }

  private async enterText(frame: StepFrame): Promise<'answered' | typeof BACK | undefined> {
    for (;;) {
      const answer = await this.askForText(frame);
      if (answer === undefined || answer === BACK) return answer;
      const refusal = this.refusal();
      if (refusal === undefined) return 'answered';
      // The text stays while the person adds the credentials that it needs.
      await this.parts.profiles.add({ command: l10n.t('Track ELB Job'), wanted: refusal.wanted });
      if (this.refusal() === undefined) return 'answered';
    }
  }

  private askForText(frame: StepFrame): Promise<Answer<string> | typeof EXTRA> {
    const prompt =
      this.hasDefault || !this.isAnyOther()
        ? l10n.t('The job_id that the API returned; or several, a request URL or a response ({profile})', {
            profile: profileWord(this.profile),
          })
        : l10n.t('The job_id that the API returned; or several, a request URL or a response');
    const note = this.proposed?.isCut === true && this.entered === this.proposed.text ? cutNote() : undefined;
    return askText(frame, {
      value: this.entered,
      prompt: joinSentences([note, prompt]),
      placeHolder: '37d5c1fd-fa57-4c6d-bdcd-d523095c05e8',
      // Of a longer text, the beginning is searched.
      maxLength: Infinity,
      problemOf: (typed) => {
        this.enter(typed);
        return textProblem(this.text);
      },
      checking: () => this.searching?.end,
      warningOf: () => {
        const refusal = this.refusal();
        return refusal === undefined ? flawWarning(this.text) : refusalInInput(refusal);
      },
      afterChange: (typed) => this.pasted.read(typed),
      extra: {
        button: { iconPath: new ThemeIcon('key'), tooltip: l10n.t('Add Credentials') },
        isOffered: () => textProblem(this.text) === undefined && this.refusal() !== undefined,
      },
    });
  }

  /** Of a text that leads to a list, only the picked jobs need credentials. */
  private refusal(): PlaceRefusal | undefined {
    if (needsPick(this.text)) return undefined;
    const { profile, isPicked, text } = this;
    return jobPlaces(text.mentions, { profile, isPicked }, this.parts.credentials.all()).refusal;
  }

  private enter(typed: string): void {
    const original = this.pasted.originalOf(typed);
    this.entered = typed;
    if (original === this.searched) return;
    this.searched = original;
    this.ticked = undefined;
    this.searching?.abort.abort();
    this.searching = undefined;
    const isShort = original.length <= MAX_TEXT_AT_ONCE;
    this.text = jobsIn(isShort ? original : '');
    if (!isShort) this.startSearch(original);
  }

  private startSearch(original: string): void {
    const abort = new AbortController();
    const search = async () => {
      const text = await jobsInTurns(original, abort.signal).catch(() => undefined);
      // A newer text has a search of its own.
      if (abort.signal.aborted) return;
      if (text !== undefined) this.text = text;
      this.searching = undefined;
    };
    this.searching = { abort, end: search() };
  }

  private async pickJobs(frame: StepFrame): Promise<'answered' | typeof BACK | undefined> {
    const { mentions, candidates } = this.text;
    const answer = await pickMentions(frame, {
      text: this.searched,
      mentions,
      candidates,
      ticked: this.ticked,
      onTick: (ids) => {
        this.ticked = ids;
      },
    });
    if (answer === undefined || answer === BACK) return answer;
    this.picked = answer;
    return 'answered';
  }
}

function cutNote(): string {
  return l10n.t('Only the first {limit} K characters of the selection or clipboard were searched.', {
    limit: MAX_PASTED_LENGTH / 1024,
  });
}
