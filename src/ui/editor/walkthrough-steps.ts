/** Ticks steps of the walkthrough that were done before the person opened it. */
import { commands, type Memento } from 'vscode';
import type { Clock } from '../../base/clock';
import type { Disposable } from '../../base/disposable';
import { errorMessageOf } from '../../base/error-message';
import type { Log } from '../../base/log';
import { SECOND } from '../../base/time-units';

/** The ids in package.json. */
export type WalkthroughStep = 'credentials' | 'track' | 'watch' | 'notifications' | 'automation';

/** The steps that were ticked, so that one that the person unticks stays so. */
const STORAGE_KEY = 'elbJobs.walkthroughSteps';
/** VS Code reads the walkthroughs when they are first needed, which may take as long. */
const RETRY_AFTER_MS = 10 * SECOND;

interface WalkthroughStepsParts {
  readonly extensionId: string;
  readonly memento: Memento;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * The `completionEvents` in package.json tick a step only if something changes while VS Code knows the walkthrough, which it
 * reads when the person opens it: a context key that is true by then never ticks the step.
 */
export class WalkthroughSteps implements Disposable {
  private readonly completed = new Set<WalkthroughStep>();
  private readonly retries = new Set<Disposable>();
  private isDisposed = false;

  constructor(private readonly parts: WalkthroughStepsParts) {}

  /** Ticks the step, once for all. Cheap if it was called before. */
  complete(step: WalkthroughStep): void {
    if (this.completed.has(step)) return;
    this.completed.add(step);
    if (!this.ticked().includes(step)) void this.tick(step, true);
  }

  dispose(): void {
    this.isDisposed = true;
    for (const retry of this.retries) retry.dispose();
  }

  private async tick(step: WalkthroughStep, mayRetry: boolean): Promise<void> {
    const { extensionId, memento, log } = this.parts;
    try {
      // VS Code has the command for walkthroughs of its own, and does not document it: other editors may lack it.
      await commands.executeCommand('welcome.markStepComplete', `${extensionId}#start#${step}`);
    } catch (cause) {
      if (mayRetry) {
        if (!this.isDisposed) this.retryLater(step);
        return;
      }
      log.debug(`The step ${step} of the walkthrough could not be ticked: ${errorMessageOf(cause)}`);
    }
    try {
      // Another window may have saved it meanwhile.
      await memento.update(STORAGE_KEY, [...new Set([...this.ticked(), step])]);
    } catch (cause) {
      log.warn(`That the step ${step} of the walkthrough was ticked could not be saved: ${errorMessageOf(cause)}`);
    }
  }

  private retryLater(step: WalkthroughStep): void {
    const retry = this.parts.clock.schedule(RETRY_AFTER_MS, () => {
      this.retries.delete(retry);
      void this.tick(step, false);
    });
    this.retries.add(retry);
  }

  private ticked(): readonly unknown[] {
    const saved = this.parts.memento.get<unknown>(STORAGE_KEY);
    return Array.isArray(saved) ? saved : [];
  }
}
