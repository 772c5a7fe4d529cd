/** The command that tracks jobs: it takes what people have, and asks for what that does not tell. */
import { env, l10n, UIKind, window } from 'vscode';
import type { CredentialManager } from '../../credentials/credential-manager';
import type { Profile } from '../../credentials/profiles/profile';
import { mentionText } from '../../mentions/job-links';
import {
  type JobMention,
  type JobMentionProblem,
  type JobMentions,
  jobsIn,
  MAX_MENTIONS,
} from '../../mentions/job-mentions';
import type { Clock } from '../../base/clock';
import type { JobKey, JobReference } from '../../jobs/model/job-reference';
import type { JobStore } from '../../jobs/store/job-store';
import type { Log } from '../../base/log';
import type { PollEngine } from '../../jobs/polling/poll-engine';
import type { PollingPause } from '../../jobs/polling/polling-pause';
import { jsonEqual } from '../../base/json-equal';
import { isLost } from '../../jobs/model/tracked-job';
import type { JobTree } from '../tree/job-tree';
import { saveOrShowError } from '../notices/save-errors';
import { showWithActions } from '../editor/notification';
import { type ProfileCommands, profileStep } from '../sign-in/profile-commands';
import { profileWord } from '../text/profile-words';
import { type Answer, askText, BACK, goThrough, type Step, type StepFrame } from '../editor/input-steps';

export interface TrackCommandParts {
  readonly store: JobStore;
  readonly engine: Pick<PollEngine, 'refreshAnew'>;
  readonly pause: Pick<PollingPause, 'isPaused'>;
  readonly credentials: CredentialManager;
  readonly profiles: ProfileCommands;
  readonly tree: JobTree;
  readonly clock: Clock;
  readonly log: Log;
}

/** Characters: what is longer is shown as the ids that are in it. */
const LONGEST_PROPOSAL = 300;

export class TrackCommand {
  constructor(private readonly parts: TrackCommandParts) {}

  /** @param given a text that mentions jobs, from a key binding or another extension; a person is asked where it is missing. */
  async run(given: unknown): Promise<void> {
    const text = typeof given === 'string' ? given : undefined;
    const problem = text === undefined ? undefined : problemOf(text);
    if (problem !== undefined) {
      void window.showErrorMessage(problem);
      return;
    }
    const asked = await this.ask(text);
    if (asked === undefined) return;
    const all = this.parts.credentials.all();
    const { places, refusal, problem: left } = placesIn(asked.text, asked.profile, all);
    if (refusal !== undefined) {
      this.offerCredentials(refusal);
      return;
    }
    await this.track(places);
    if (left === 'too-many') {
      void window.showWarningMessage(
        l10n.t('Only the first {count} of these jobs are tracked. Track the others by another text.', {
          count: MAX_MENTIONS,
        }),
      );
    }
  }

  /** Tracks these, and shows the first. */
  async track(references: readonly JobReference[]): Promise<void> {
    const { store, engine, pause, tree, clock } = this.parts;
    // Whoever enters an id again that was not found hopes that it is by now.
    if (!pause.isPaused) engine.refreshAnew(references.flatMap((reference) => this.lostRow(reference) ?? []));
    await saveOrShowError(this.parts, store.trackAll(references, clock.now()), references);
    // The person goes on with what they were typing.
    await tree.revealFirst(references, { focus: false });
  }

  private lostRow(reference: JobReference): JobKey | undefined {
    const key = this.parts.store.find(reference);
    const tracked = key === undefined ? undefined : this.parts.store.get(key);
    return tracked !== undefined && isLost(tracked) ? key : undefined;
  }

  private offerCredentials(refusal: string): void {
    const { profiles, log } = this.parts;
    showWithActions('error', refusal, [{ title: l10n.t('Add Credentials'), run: () => profiles.add() }], log);
  }

  /** Asks for what is not known: the credentials where there are several and none is the default, then the jobs. */
  private async ask(
    given: string | undefined,
  ): Promise<{ readonly profile: Profile; readonly text: string } | undefined> {
    const { credentials, profiles } = this.parts;
    if (credentials.all().length === 0 && (await profiles.add()) === undefined) return undefined;
    const all = credentials.all();
    const [first] = all;
    if (first === undefined) return undefined;
    let profile = first;
    let text = given ?? (await proposal());
    const isChosen = given !== undefined && (first.isDefault === true || tellsItsPlaces(given, all));
    const chooseProfile = profileStep(
      all,
      () => profile,
      (chosen) => {
        profile = chosen;
      },
    );
    const enterJobs: Step = async (frame) => {
      const problemHere = (entered: string) => problemOf(entered) ?? placesIn(entered, profile, all).refusal;
      const answer = await askJobs(frame, profile, text, problemHere);
      if (answer === undefined || answer === BACK) return answer;
      text = answer;
      return 'answered';
    };
    const steps = [
      ...(isChosen || all.length === 1 ? [] : [chooseProfile]),
      ...(given === undefined ? [enterJobs] : []),
    ];
    // A default is not asked for, and the way back leads to the others.
    const begin = given === undefined && all.length > 1 && first.isDefault === true ? 1 : 0;
    return (await goThrough(l10n.t('Track ELB Job'), () => steps, begin)) ? { profile, text } : undefined;
  }
}

function askJobs(
  frame: StepFrame,
  profile: Profile,
  value: string,
  problemHere: (text: string) => string | undefined,
): Promise<Answer<string>> {
  return askText(frame, {
    prompt: l10n.t('The job_id that the API answered with; also several, a request URL or an answer ({profile})', {
      profile: profileWord(profile),
    }),
    placeHolder: '37d5c1fd-fa57-4c6d-bdcd-d523095c05e8',
    value,
    problemOf: problemHere,
  });
}

function problemOf(text: string): string | undefined {
  const { mentions, problem } = jobsIn(text);
  return mentions.length > 0 ? undefined : problemSentence(problem ?? 'none');
}

function problemSentence(problem: JobMentionProblem): string {
  switch (problem) {
    case 'only-other-ids':
      return l10n.t('None of these IDs is said to be that of a job. Paste the job_id alone.');
    case 'only-sub-jobs':
      return l10n.t('These are IDs of sub-jobs, which cannot be asked for. Paste the job_id of the job.');
    case 'none':
    case 'too-many':
      return l10n.t('A job ID may contain only letters, digits, hyphens and underscores (up to 64 characters).');
  }
}

/** What is selected in the editor, or else was copied, where it mentions jobs; both are looked at only now. */
async function proposal(): Promise<string> {
  const editor = window.activeTextEditor;
  const selected = editor === undefined ? '' : editor.document.getText(editor.selection);
  return proposed(selected) ?? proposed(await copied()) ?? '';
}

/** A browser asks the person before it tells what was copied, and each time. */
async function copied(): Promise<string> {
  return env.uiKind === UIKind.Web ? '' : env.clipboard.readText();
}

function proposed(text: string): string | undefined {
  const found: JobMentions = jobsIn(text);
  if (found.mentions.length === 0 || found.problem !== undefined || isOneWord(text)) return undefined;
  const line = text.trim().replace(/\s+/g, ' ');
  return line.length <= LONGEST_PROPOSAL ? line : found.mentions.map(mentionText).join(' ');
}

/** Any word could be an id; only one of the usual form is worth proposing. */
function isOneWord(text: string): boolean {
  return /^\S+$/.test(text.trim()) && !/[0-9a-f]{8}-?[0-9a-f]{4}/i.test(text);
}

/** Where the jobs are that a text mentions, or why one of them is nobody's here. */
function placesIn(text: string, chosen: Profile, profiles: readonly Profile[]) {
  const { mentions, problem } = jobsIn(text);
  const places = mentions.map((mention) => placeOf(mention, chosen, profiles));
  const refusal = places.find((place) => typeof place === 'string');
  return { places: places.filter((place) => typeof place !== 'string'), refusal, problem };
}

/** Whether the jobs are in the same places by whichever credentials. */
function tellsItsPlaces(text: string, profiles: readonly Profile[]): boolean {
  const [first, ...others] = profiles.map((chosen) => placesIn(text, chosen, profiles));
  return first !== undefined && others.every((other) => jsonEqual(first, other));
}

/** The project that a mention is of, by what it says or else by the profile; a sentence where it is of nobody's. */
function placeOf(mention: JobMention, chosen: Profile, profiles: readonly Profile[]): JobReference | string {
  const { jobId, endpoint, projectId, region } = mention;
  const isMeant = (profile: Profile) =>
    (endpoint === undefined || profile.endpoint === endpoint) &&
    (projectId === undefined || profile.projectId === projectId);
  const profile = isMeant(chosen) ? chosen : profiles.find(isMeant);
  if (profile !== undefined) return { endpoint: profile.endpoint, projectId: profile.projectId, jobId };
  // A project alone may be of a copied answer, whose owner the person chose by the credentials.
  if (endpoint === undefined) return { endpoint: chosen.endpoint, projectId: chosen.projectId, jobId };
  return l10n.t('There are no credentials for {place}. Add credentials for it first, if it is yours.', {
    place: [region ?? endpoint, ...(projectId === undefined ? [] : [projectId])].join(' · '),
  });
}
