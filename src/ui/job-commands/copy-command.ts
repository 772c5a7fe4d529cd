/** Copies what a row below a job tells: a request id, an error, the id of a resource. */
import { env, l10n, window } from 'vscode';
import type { JobStore } from '../../jobs/store/job-store';
import type { JobTreeNode } from '../tree/job-nodes';
import { rowsOf } from '../selection/job-selection';
import { plainText } from '../text/plain-text';

export class CopyCommand {
  constructor(private readonly store: Pick<JobStore, 'get'>) {}

  /** For the rows of `rowsOf`. */
  async run(clicked: unknown, selected: unknown): Promise<void> {
    const texts = rowsOf(clicked, selected)
      .filter(isNode)
      .map((row) => this.textOf(row));
    const known = texts.filter((text) => text !== '');
    if (known.length > 0) await env.clipboard.writeText(known.join('\n'));
    else void window.showInformationMessage(l10n.t('There is nothing to copy in this row.'));
  }

  /** On one line, so that nothing of the service is run where it is pasted. */
  private textOf(row: JobTreeNode): string {
    switch (row.kind) {
      case 'request-id':
        return plainText(this.store.get(row.parent.key)?.requestId ?? '');
      case 'failure': {
        const { errorCode, errorMessage } = row.of;
        return plainText([errorCode, errorMessage].filter((word) => word !== undefined).join(': '));
      }
      case 'entity':
        return plainText(row.entity.resourceId ?? '');
      default:
        return '';
    }
  }
}

/** Key bindings and other extensions hand over whatever they like; the view hands over its own rows. */
function isNode(row: unknown): row is JobTreeNode {
  return typeof row === 'object' && row !== null && 'kind' in row && 'id' in row;
}
