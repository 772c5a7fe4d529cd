/** The terminal of a task that waits for jobs. What ends it ends the waiting only, never a job or its tracking. */
import { env, EventEmitter, l10n, type Pseudoterminal } from 'vscode';
import type { Disposable } from '../../base/disposable';
import { errorMessageOf, isAbortError } from '../../base/error-message';
import type { DurationHistory } from '../../jobs/model/duration-history';
import { jobKey, type JobReference } from '../../jobs/model/job-reference';
import { isInProgress } from '../../jobs/model/waiting-upgrade';
import type { PollingPause } from '../../jobs/polling/polling-pause';
import type { JobStore } from '../../jobs/store/job-store';
import type { JobWaiter } from '../../jobs/waiting/job-waiter';
import type { WindowContext } from '../../storage/window-context';
import { formatDateTime, isInstant } from '../../ui/text/date-time';
import { plainLine, plainText } from '../../ui/text/plain-text';
import { joinSentences, withCommas } from '../../ui/text/punctuation';
import { JobRequestError } from '../jobs/job-request-error';
import type { RequestedJobs } from '../jobs/requested-jobs';
import { exitCodeOf, exitCodeOfError, INTERNAL_ERROR, INTERRUPTED } from './exit-codes';
import { readDefinition, type WaitRequest } from './task-definition';
import { type Color, paint } from './terminal-text';
import { WaitLog } from './wait-log';
import { summaryOf } from './wait-summary';

interface WaitTerminalParts extends Pick<WindowContext, 'clock' | 'log'> {
  readonly store: Pick<JobStore, 'all'>;
  readonly durations: DurationHistory;
  readonly pause: Pick<PollingPause, 'isPaused' | 'onDidChange'>;
  readonly waiter: Pick<JobWaiter, 'waitFor'>;
  /** Resolves when the saved jobs and profiles are loaded. */
  readonly ready: Promise<void>;
  readonly requested: Pick<RequestedJobs, 'findAll' | 'track'>;
  /** Reads a file of the workspace. Rejects with a JobRequestError. */
  readonly readFile: (path: string) => Promise<string>;
}

const CTRL_C = '\x03';
/** Fields without a meaning: a task that another extension starts may have any. */
const MAX_NAMED_FIELDS = 20;

export class WaitTerminal implements Pseudoterminal {
  private readonly writes = new EventEmitter<string>();
  private readonly names = new EventEmitter<string>();
  private readonly closes = new EventEmitter<number>();
  readonly onDidWrite = this.writes.event;
  readonly onDidChangeName = this.names.event;
  /** Fires the exit code. */
  readonly onDidClose = this.closes.event;
  private readonly ending = new AbortController();
  private hasEnded = false;

  constructor(
    private readonly parts: WaitTerminalParts,
    private readonly definition: unknown,
  ) {}

  open(): void {
    if (this.hasEnded) {
      // The editor ignores what is fired before it opens the terminal, so the task would never end.
      this.closes.fire(INTERRUPTED);
      return;
    }
    this.run().catch((cause: unknown) => {
      if (this.hasEnded) return;
      if (cause instanceof JobRequestError) this.refuse(cause);
      else if (isAbortError(cause))
        this.interrupt(l10n.t('The window closes, which ends the waiting. The jobs stay tracked.'));
      else this.fail(cause);
    });
  }

  /** The person closes the terminal, or the editor ends the task. */
  close(): void {
    this.hasEnded = true;
    this.ending.abort();
  }

  handleInput(data: string): void {
    if (this.hasEnded || !data.includes(CTRL_C)) return;
    this.print('^C');
    this.interrupt(l10n.t('The waiting ended. The jobs keep running and stay tracked.'));
    this.ending.abort();
  }

  private async run(): Promise<void> {
    const { requested, waiter, pause, log } = this.parts;
    const request = readDefinition(this.definition);
    await this.parts.ready;
    this.printHeader(request);
    const references = await this.wanted(request);
    if (this.hasEnded) return;
    await requested.track(references).catch((cause: unknown) => {
      const reason = errorMessageOf(cause);
      log.warn(`A job of a task could not be saved: ${reason}`);
      const sentence = l10n.t(
        'Some jobs could not be saved, so they are tracked only until this window closes: {reason}',
        {
          reason,
        },
      );
      this.print(paint('yellow', sentence));
    });
    const waitLog = new WaitLog(
      {
        ...this.parts,
        print: (line) => {
          this.print(line);
        },
      },
      new Set(references.map(jobKey)).size,
    );
    const watch = watchPause(pause, waitLog);
    try {
      const { timeoutMs, acceptWaitingUpgrade, failFast } = request;
      const result = await waiter.waitFor(references, {
        ...{ timeoutMs, acceptWaitingUpgrade, failFast },
        signal: this.ending.signal,
        onProgress: (progress) => {
          if (!this.hasEnded) waitLog.print(progress);
        },
      });
      const { lines, name } = summaryOf(result, timeoutMs);
      for (const line of ['', ...lines]) this.print(line);
      this.end(exitCodeOf(result.outcome), name);
    } finally {
      watch.dispose();
    }
  }

  private async wanted({ jobs, credentials }: WaitRequest): Promise<readonly JobReference[]> {
    if (jobs.kind === 'all-running') return this.allRunning();
    const texts = jobs.kind === 'file' ? [await this.parts.readFile(jobs.path)] : jobs.texts;
    return this.parts.requested.findAll(texts, credentials, this.ending.signal);
  }

  private allRunning(): readonly JobReference[] {
    return [...this.parts.store.all().values()].filter(isInProgress).map(({ reference }) => reference);
  }

  private printHeader({ unknownFields, timeoutMs }: WaitRequest): void {
    const now = this.parts.clock.now();
    const since = l10n.t('Waiting for ELB jobs since {time}.', { time: formatDateTime(now, env.language) });
    const end = timeoutMs === undefined ? undefined : now + timeoutMs;
    // A limit of millions of years has no date.
    const limit = isInstant(end)
      ? l10n.t('The time limit ends {time}.', { time: formatDateTime(end, env.language) })
      : undefined;
    this.print(joinSentences([since, limit]));
    const howToEnd = l10n.t('Ctrl+C ends the waiting, never a job.');
    const reload = l10n.t('Reloading this window ends this task, too; the jobs stay tracked.');
    this.print(paint('grey', joinSentences([howToEnd, reload])));
    if (unknownFields.length > 0) {
      const fields = plainText(withCommas(unknownFields.slice(0, MAX_NAMED_FIELDS)));
      this.print(
        paint('yellow', l10n.t('The task has fields without a meaning, which are ignored: {fields}', { fields })),
      );
    }
  }

  private interrupt(sentence: string): void {
    this.print(paint('yellow', sentence));
    this.end(INTERRUPTED, l10n.t('{mark} Waiting for ELB jobs was interrupted', { mark: '!' }));
  }

  private refuse(error: JobRequestError): void {
    // The message may quote the text, which may come from the service.
    this.endWith(exitCodeOfError(error.code), 'red', plainLine(error.message));
  }

  private fail(cause: unknown): void {
    const reason = errorMessageOf(cause);
    this.parts.log.error(`A task that waits for jobs failed: ${reason}`);
    this.endWith(INTERNAL_ERROR, 'red', l10n.t('Waiting for ELB jobs failed: {reason}', { reason }));
  }

  private endWith(exitCode: number, color: Color, sentence: string): void {
    this.print(paint(color, sentence));
    this.end(exitCode, l10n.t('{mark} Waiting for ELB jobs failed', { mark: '✗' }));
  }

  private print(line: string): void {
    if (!this.hasEnded) this.writes.fire(`${line}\r\n`);
  }

  /** The name comes first: VS Code's own notification of a long task quotes it. */
  private end(exitCode: number, name: string): void {
    if (this.hasEnded) return;
    this.hasEnded = true;
    this.names.fire(name);
    this.closes.fire(exitCode);
  }
}

function watchPause(pause: WaitTerminalParts['pause'], waitLog: WaitLog): Disposable {
  const print = () => {
    if (pause.isPaused) waitLog.note('yellow', l10n.t('Polling is paused. Jobs are not polled until you resume it.'));
    else waitLog.line(l10n.t('Polling has been resumed.'));
  };
  if (pause.isPaused) print();
  return pause.onDidChange(print);
}
