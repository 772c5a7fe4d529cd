/**
 * Shows a requested row in the view, however late the view draws it: a busy view finds no row for minutes, and without an
 * error. Only the latest request counts.
 */
import type { Disposable } from '../../base/disposable';
import { SECOND } from '../../base/time-units';
import { withTimeout } from '../../base/timing';
import type { WindowContext } from '../../storage/window-context';

/** After each attempt. When they are used up, only a change of the view leads to another attempt. */
const RETRY_DELAYS_MS = [0, 50, 200, 500, 1000, 2000, 4000, 8000, 15_000, 30_000];
/** After this time, an attempt counts as failed, and the view may still act on it later. */
const VIEW_TIMEOUT_MS = 10 * SECOND;
/** How long `reveal` waits for the view; then the request stays, and its caller need not wait for it. */
const MAX_WAIT_MS = 10 * SECOND;

/** The view, with rows by id. */
export interface RowView {
  isVisible(): boolean;
  /** Returns the ids of the selected rows. */
  selection(): readonly string[];
  /** Whether there is such a row, drawn or not. */
  hasRow(row: string): boolean;
  /** Opens the view, and selects the row if the view has drawn it. */
  show(row: string, options: { readonly focus: boolean }): PromiseLike<void>;
}

interface RevealerParts extends Pick<WindowContext, 'clock' | 'log'> {
  readonly view: RowView;
}

interface Request {
  readonly row: string;
  /** Whether the next attempt gives the row the keyboard focus. */
  focus: boolean;
  /** How many attempts have failed since the view changed. */
  failures: number;
  /** Whether the view has been visible since the request. If it is hidden later, the person has hidden it. */
  wasVisible: boolean;
  isLogged: boolean;
  /** Lets the caller of `reveal` continue. */
  readonly settle: () => void;
}

export class RowRevealer implements Disposable {
  /** Kept until the row is selected for good, the person acts, the row is gone, or another row is requested. */
  private request: Request | undefined;
  private timer: Disposable | undefined;
  /** The attempt that a next one waits for. */
  private isAttempting = false;
  /** The rows that the view is about to select, each as often as it was asked to. */
  private readonly unsettled: string[] = [];
  private isDisposed = false;

  constructor(private readonly parts: RevealerParts) {}

  /**
   * Requests a row. Resolves when the row is selected, the request has ended, or after 10 s, when the request stays. Never
   * rejects.
   * @param options `focus`: whether the row gets the keyboard focus. Not if it is shown after `reveal` has resolved, or if the
   * person has hidden the view: they may work elsewhere then.
   */
  async reveal(row: string, { focus }: { readonly focus: boolean }): Promise<void> {
    if (this.isDisposed) return;
    this.end();
    const settled = new Promise<void>((settle) => {
      this.request = { row, focus, failures: 0, wasVisible: false, isLogged: false, settle };
    });
    this.attempt();
    const { request } = this;
    await withTimeout(this.parts.clock, MAX_WAIT_MS, settled, () => undefined);
    if (request !== undefined) request.focus = false;
  }

  /** Retries, because the view has loaded its rows or has become visible. */
  viewChanged(): void {
    if (this.request === undefined) return;
    if (this.parts.view.isVisible()) this.request.wasVisible = true;
    // While an attempt runs, the view loads rows because of it.
    if (this.isAttempting) return;
    this.request.failures = 0;
    this.attemptAfter(0);
  }

  /** Ends the request if the person has selected other rows. */
  selectionChanged(): void {
    const selection = this.parts.view.selection();
    const [row, ...others] = selection;
    const isOurs = row === undefined || (others.length === 0 && (this.isSelected() || this.unsettled.includes(row)));
    if (isOurs) this.viewChanged();
    else this.end();
  }

  /** Ends the request: the person works with the list, and no longer expects that it selects a row. */
  personActed(): void {
    this.end();
  }

  /** Ends the request if it is for this row. */
  rowRemoved(row: string): void {
    if (this.request?.row === row) this.end();
  }

  dispose(): void {
    this.isDisposed = true;
    this.end();
  }

  private end(): void {
    this.timer?.dispose();
    this.timer = undefined;
    this.request?.settle();
    this.request = undefined;
  }

  private attemptAfter(delayMs: number): void {
    this.timer?.dispose();
    this.timer = this.parts.clock.schedule(delayMs, () => {
      this.attempt();
    });
  }

  private attempt(): void {
    const { request } = this;
    const { clock, view } = this.parts;
    if (request === undefined || this.isAttempting) return;
    this.timer?.dispose();
    this.timer = undefined;
    if (!view.hasRow(request.row)) {
      this.end();
      return;
    }
    if (view.isVisible()) request.wasVisible = true;
    else if (request.wasVisible) {
      // Waits until the view is visible again.
      request.focus = false;
      return;
    }
    this.isAttempting = true;
    void withTimeout(clock, VIEW_TIMEOUT_MS, this.show(request), () => 'it does not answer').then((problem) => {
      this.isAttempting = false;
      if (this.request === request) this.attempted(request, problem);
      else this.attempt();
    });
  }

  private attempted(request: Request, problem: string | undefined): void {
    if (this.isSelected()) {
      request.settle();
      if (!this.isAnotherUnsettled()) this.end();
      return;
    }
    const delayMs = RETRY_DELAYS_MS[request.failures];
    request.failures += 1;
    if (delayMs !== undefined) {
      this.attemptAfter(delayMs);
      return;
    }
    if (!request.isLogged) {
      const reason = problem ?? 'it has not drawn the row';
      this.parts.log.warn(
        `The view could not show the row of a job yet (${reason}). It is shown when the view changes.`,
      );
    }
    request.isLogged = true;
  }

  /** Never rejects. @returns why the view could not show the row, if it says so */
  private async show({ row, focus }: Request): Promise<string | undefined> {
    this.unsettled.push(row);
    try {
      await this.parts.view.show(row, { focus });
      return undefined;
    } catch (cause) {
      return String(cause);
    } finally {
      this.unsettled.splice(this.unsettled.indexOf(row), 1);
      this.showSettled();
    }
  }

  /** Checks a row that was selected already: an earlier reveal, for which nothing waited any more, may have won. */
  private showSettled(): void {
    if (this.request === undefined || this.isAttempting || this.timer !== undefined) return;
    if (!this.isSelected()) this.viewChanged();
    else if (!this.isAnotherUnsettled()) this.end();
  }

  private isSelected(): boolean {
    return this.request !== undefined && this.parts.view.selection()[0] === this.request.row;
  }

  private isAnotherUnsettled(): boolean {
    return this.unsettled.some((row) => row !== this.request?.row);
  }
}
