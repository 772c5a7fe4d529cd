/** The tools for agents: they list, show, wait for and track jobs. They read the store; only tracking changes something. */
import {
  CancellationError,
  type CancellationToken,
  l10n,
  LanguageModelTextPart,
  LanguageModelToolResult,
  MarkdownString,
  type PreparedToolInvocation,
} from 'vscode';
import { cutText } from '../../base/cut-text';
import { errorMessageOf, isAbortError } from '../../base/error-message';
import { SECOND } from '../../base/time-units';
import type { CredentialManager } from '../../credentials/credential-manager';
import type { DurationHistory } from '../../jobs/model/duration-history';
import type { JobReference } from '../../jobs/model/job-reference';
import type { TrackedJob } from '../../jobs/model/tracked-job';
import type { PollingPause } from '../../jobs/polling/polling-pause';
import { findTracked } from '../../jobs/store/find-tracked';
import type { JobStore } from '../../jobs/store/job-store';
import type { JobWaiter } from '../../jobs/waiting/job-waiter';
import type { Outcome } from '../../jobs/waiting/outcome';
import { timeLeftOf } from '../../jobs/waiting/time-left';
import type { WindowContext } from '../../storage/window-context';
import { formatIsoDateTime } from '../../ui/text/date-time';
import { escapeMarkdown } from '../../ui/text/markdown';
import { withFlaw } from '../../ui/text/mention-words';
import { profileWord } from '../../ui/text/profile-words';
import { withDots } from '../../ui/text/punctuation';
import { jobData } from '../jobs/job-data';
import { JobRequestError } from '../jobs/job-request-error';
import { namesOf, type RequestedJobs } from '../jobs/requested-jobs';
import type { AgentToolName } from './agent-tool-names';
import { cappedJson } from './capped-json';
import { jobRow, LIST_FIELDS, listedJobs, MAX_CREDENTIALS_LENGTH } from './job-list-tool';
import { ToolInput } from './tool-input';
import { ToolJob } from './tool-job';
import { UNTRUSTED_NOTE } from './untrusted-text';

interface AgentToolsParts extends Pick<WindowContext, 'clock' | 'log'> {
  readonly store: Pick<JobStore, 'all' | 'get' | 'withId' | 'find'>;
  readonly credentials: Pick<CredentialManager, 'all' | 'profileOf'>;
  readonly durations: DurationHistory;
  readonly pause: Pick<PollingPause, 'isPaused'>;
  readonly waiter: Pick<JobWaiter, 'waitFor'>;
  readonly ready: Promise<void>;
}

/** An agent waits again if a job needs longer. The manifest states these, too. */
const WAIT_SECONDS = { min: 1, max: 600, usual: 120 };
/** Characters of a text with jobs to track. */
const MAX_TRACKED_TEXT = 20_000;
/** Jobs that are tracked together: a person confirms each. */
const MAX_TRACKED_JOBS = 20;
const MAX_ERROR_LENGTH = 2000;

/** What an agent should do next, in the language of the descriptions of the tools. */
const HINTS: Partial<Record<Outcome, string>> = {
  'timed-out': 'The job still runs. Call wait_for_elb_job again to keep waiting.',
  unreachable:
    'The last polls failed, see pollError; polling continues by itself. Call wait_for_elb_job again to keep waiting.',
  waiting:
    'The upgrade has switched the traffic. A person must decide whether to complete it or roll it back: do not decide it yourself.',
  refused: 'The credentials do not work or may not read this job. A person must correct them in the sidebar ELB Jobs.',
  'not-found': 'The service does not know this job, or no longer. Check its ID and credentials.',
  removed: 'A person removed the job from the list. It may still run in the cloud.',
};
const PAUSED_HINT = 'A person has paused polling, so no job changes here until they resume it.';

export class AgentTools {
  constructor(
    private readonly parts: AgentToolsParts,
    private readonly requested: RequestedJobs,
  ) {}

  /**
   * Returns JSON of at most MAX_RESULT_BYTES. Rejects with an error whose message, which the editor passes to the model, says what is
   * expected; with a CancellationError if the token is cancelled.
   */
  async invoke(tool: AgentToolName, input: unknown, token: CancellationToken): Promise<LanguageModelToolResult> {
    const json = await this.withSafeErrors(() => this.run(tool, input, token));
    return new LanguageModelToolResult([new LanguageModelTextPart(json)]);
  }

  /** Changes nothing. Rejects like `invoke`, so that nothing is tracked without the question. */
  async prepare(tool: AgentToolName, input: unknown): Promise<PreparedToolInvocation | undefined> {
    switch (tool) {
      case 'track_elb_job':
        return this.withSafeErrors(async () => ({
          invocationMessage: l10n.t('Tracking ELB jobs'),
          confirmationMessages: this.trackQuestion(await this.jobsToTrack(input)),
        }));
      case 'wait_for_elb_job':
        return { invocationMessage: l10n.t('Waiting for an ELB job') };
      default:
        return undefined;
    }
  }

  private async run(tool: AgentToolName, input: unknown, token: CancellationToken): Promise<string> {
    await this.parts.ready;
    switch (tool) {
      case 'list_elb_jobs':
        return listedJobs(
          { ...this.parts, requested: this.requested },
          new ToolInput(input, LIST_FIELDS),
          this.common(),
        );
      case 'get_elb_job':
        return this.resultWith(this.job(new ToolInput(input, ['jobId', 'credentials'])));
      case 'wait_for_elb_job':
        return this.wait(new ToolInput(input, ['jobId', 'credentials', 'timeoutSeconds']), token);
      case 'track_elb_job':
        return this.track(input);
    }
  }

  private async wait(input: ToolInput, token: CancellationToken): Promise<string> {
    const { reference } = this.job(input);
    const timeoutMs = input.wholeNumber('timeoutSeconds', WAIT_SECONDS) * SECOND;
    const aborting = new AbortController();
    const cancel = () => {
      aborting.abort(new CancellationError());
    };
    if (token.isCancellationRequested) cancel();
    const cancelling = token.onCancellationRequested(cancel);
    try {
      const options = { signal: aborting.signal, timeoutMs, acceptWaitingUpgrade: false, failFast: false };
      const { outcome, jobs } = await this.parts.waiter.waitFor([reference], options);
      const tracked = jobs[0]?.tracked;
      if (tracked === undefined) throw notTracked();
      return this.resultWith(tracked, { outcome, hint: HINTS[outcome] });
    } finally {
      cancelling.dispose();
    }
  }

  private async track(input: unknown): Promise<string> {
    const references = await this.jobsToTrack(input);
    let problem: string | undefined;
    try {
      await this.requested.track(references);
    } catch (cause) {
      this.parts.log.warn(`A job that an agent tracks could not be saved: ${errorMessageOf(cause)}`);
      problem = 'A job could not be saved, so it is tracked only until the window closes.';
    }
    const rows = references.flatMap((reference) => {
      const tracked = findTracked(this.parts.store, reference);
      return tracked === undefined ? [] : [jobRow(tracked, this.parts.credentials)];
    });
    const jobIds = references.map(({ jobId }) => jobId);
    return cappedJson(rows.length, (count) => ({
      ...this.common(),
      problem,
      trackedJobIds: jobIds,
      hint: 'Call wait_for_elb_job to wait until a job ends.',
      note: UNTRUSTED_NOTE,
      jobs: rows.slice(0, count),
      leftOut: rows.length - count || undefined,
    }));
  }

  /** Sends no request. The endpoints of the jobs are those of existing credentials. */
  private async jobsToTrack(input: unknown): Promise<readonly JobReference[]> {
    const fields = new ToolInput(input, ['text', 'credentials']);
    const text = fields.requiredText('text', MAX_TRACKED_TEXT);
    const references = await this.requested.findAll([text], fields.text('credentials', MAX_CREDENTIALS_LENGTH));
    if (references.length <= MAX_TRACKED_JOBS) return references;
    throw new JobRequestError(
      'invalid-argument',
      l10n.t('The text names {count} jobs. Track at most {max} at once.', {
        count: references.length,
        max: MAX_TRACKED_JOBS,
      }),
    );
  }

  private trackQuestion(references: readonly JobReference[]) {
    const lines = references.map((reference) => {
      const profile = this.parts.credentials.profileOf(reference);
      return escapeMarkdown(withDots([withFlaw(reference.jobId), profile && profileWord(profile)]));
    });
    const sentence = l10n.t(
      'An agent wants to add these jobs to the list. They are then polled with these credentials:',
    );
    // Not a list: dialogs show the escapes in it. And not appendText(), whose lines do not wrap in the chat view.
    const message = new MarkdownString().appendMarkdown([sentence, ...lines].join('\n\n'));
    return { title: l10n.t('Track ELB jobs?'), message };
  }

  /** @returns the only tracked job with that id; throws a JobRequestError if there is none, or more than one */
  private job(input: ToolInput): TrackedJob {
    const jobId = input.jobId('jobId');
    const name = input.text('credentials', MAX_CREDENTIALS_LENGTH);
    const found = this.jobsWithId(jobId, name);
    const [first, ...others] = found;
    if (first === undefined) throw notTracked();
    if (others.length === 0) return first;
    const profiles = found.flatMap(({ reference }) => this.parts.credentials.profileOf(reference) ?? []);
    throw new JobRequestError(
      'ambiguous-credentials',
      l10n.t('Several jobs in the list have this ID. Name the credentials of one of them: {names}.', {
        names: namesOf(profiles),
      }),
    );
  }

  /** @returns at most one job of each project: an id is preferred to an alias */
  private jobsWithId(jobId: string, name: string | undefined): readonly TrackedJob[] {
    const { store } = this.parts;
    const projects = new Map<string, JobReference>();
    if (name === undefined) {
      for (const { reference } of store.all().values()) {
        projects.set(`${reference.endpoint} ${reference.projectId}`, reference);
      }
    }
    const places = name === undefined ? [...projects.values()] : [this.requested.profileNamed(name)];
    return places.flatMap((place) => {
      const [key] = store.withId(place, jobId);
      return (key === undefined ? undefined : store.get(key)) ?? [];
    });
  }

  private resultWith(tracked: TrackedJob, fields: object = {}): string {
    const data = jobData(tracked, this.parts.credentials);
    const job = new ToolJob(data, {
      expectedEndTime: this.expectedEndTime(tracked),
      missingSubJobs: tracked.job?.cut?.missingSubJobs ?? 0,
    });
    return cappedJson(data.subJobs.length, (count) => ({
      ...this.common(),
      ...fields,
      note: UNTRUSTED_NOTE,
      job: job.json(count),
    }));
  }

  private common(): object {
    return this.parts.pause.isPaused ? { polling: 'paused', pollingHint: PAUSED_HINT } : {};
  }

  private expectedEndTime(tracked: TrackedJob): string | undefined {
    const prediction = this.parts.durations.of(tracked.reference).predict(tracked.job?.jobType);
    const now = this.parts.clock.now();
    const leftMs = timeLeftOf(tracked, prediction, now);
    return leftMs === undefined ? undefined : formatIsoDateTime(now + leftMs);
  }

  private async withSafeErrors<T>(run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (cause) {
      if (cause instanceof CancellationError) throw cause;
      // The window closes.
      if (isAbortError(cause)) throw new CancellationError();
      if (!(cause instanceof JobRequestError)) {
        this.parts.log.error(`An agent tool failed: ${errorMessageOf(cause)}`);
        throw new Error(l10n.t('The tool failed. The log of ELB Job Tracker says why.'), { cause });
      }
      throw new JobRequestError(cause.code, cutText(this.safeMessage(cause), MAX_ERROR_LENGTH), cause.found);
    }
  }

  /** @returns the message; without an endpoint that a text proposes, and without a wrong name, which may be a key */
  private safeMessage({ code, message }: JobRequestError): string {
    const profiles = this.parts.credentials.all();
    if (code === 'unknown-credentials') {
      return l10n.t('“{field}” must be the name of existing credentials, which no others have: {names}.', {
        field: 'credentials',
        names: namesOf(profiles),
      });
    }
    if (code !== 'no-credentials' || profiles.length === 0) return message;
    return l10n.t(
      'No existing credentials have the endpoint and the project that the text names. Only a person can add credentials. Without a URL, the ID of a job is enough.',
    );
  }
}

function notTracked(): JobRequestError {
  return new JobRequestError(
    'not-tracked',
    l10n.t('The list has no job with this ID. Call {list} for the IDs, or {track} to add the job.', {
      list: 'list_elb_jobs',
      track: 'track_elb_job',
    }),
  );
}
