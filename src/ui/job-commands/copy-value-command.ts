/** The command that copies the value of a row below a job: a request id, an error or a resource id. */
import { env, l10n, window } from 'vscode';
import { escapedLine } from '../../base/one-line';
import type { JobStore } from '../../jobs/store/job-store';
import type { JobTreeNode } from '../tree/job-nodes';
import { rowsOf } from '../selection/job-selection';
import { plainLine } from '../text/plain-text';

export class CopyValueCommand {
  constructor(private readonly store: Pick<JobStore, 'get'>) {}

  /** For the parameters, see `rowsOf`. */
  async run(clicked: unknown, selected: unknown): Promise<void> {
    const texts = rowsOf(clicked, selected)
      .filter(isNode)
      .map((row) => this.textOf(row));
    const known = texts.filter((text) => text !== '');
    if (known.length > 0) await env.clipboard.writeText(known.join('\n'));
    else void window.showInformationMessage(l10n.t('There is nothing to copy in this row.'));
  }

  /**
   * Whole, but on one line, so that no text from the service runs when it is pasted into a terminal. Ids are exact: hidden
   * characters, which no id of the service has, are `\u` escapes.
   */
  private textOf(row: JobTreeNode): string {
    switch (row.kind) {
      case 'request-id':
        return escapedLine(this.store.get(row.parent.key)?.requestId ?? '');
      case 'failure': {
        const { errorCode, errorMessage } = row.of;
        return plainLine([errorCode, errorMessage].filter((word) => word !== undefined).join(': '));
      }
      case 'entity':
        return escapedLine(row.entity.resourceId ?? '');
      default:
        return '';
    }
  }
}

/** The view passes its own rows; key bindings and other extensions may pass anything. */
function isNode(row: unknown): row is JobTreeNode {
  return typeof row === 'object' && row !== null && 'kind' in row && 'id' in row;
}
