/** Builds rows in turns of the event loop: the view requests those of all jobs in one turn. */
import type { TreeItem } from 'vscode';

/** They take about 3 ms. */
const MAX_ROWS_IN_TURN = 250;

interface WaitingRow {
  readonly build: () => TreeItem;
  readonly resolve: (item: TreeItem) => void;
  readonly reject: (cause: unknown) => void;
}

export class RowTurns {
  private built = 0;
  private waiting: WaitingRow[] = [];
  private isTurnPlanned = false;

  /** Builds the row at once, or in a later turn if this one has built many. */
  build(build: () => TreeItem): TreeItem | Promise<TreeItem> {
    this.planTurn();
    if (this.built < MAX_ROWS_IN_TURN) {
      this.built += 1;
      return build();
    }
    return new Promise((resolve, reject) => {
      this.waiting.push({ build, resolve, reject });
    });
  }

  private planTurn(): void {
    if (this.isTurnPlanned) return;
    this.isTurnPlanned = true;
    setImmediate(() => {
      this.isTurnPlanned = false;
      this.buildWaiting();
    });
  }

  private buildWaiting(): void {
    const rows = this.waiting.slice(0, MAX_ROWS_IN_TURN);
    this.waiting = this.waiting.slice(MAX_ROWS_IN_TURN);
    this.built = rows.length;
    if (rows.length > 0) this.planTurn();
    for (const { build, resolve, reject } of rows) {
      try {
        resolve(build());
      } catch (cause) {
        reject(cause);
      }
    }
  }
}
