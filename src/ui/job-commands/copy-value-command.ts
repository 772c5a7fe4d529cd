/** The command that copies the value of a row below a job: e.g. a request id, an error, a sub-job's id or an advice. */
import { l10n, window } from 'vscode';
import type { Log } from '../../base/log';
import { escapedLine } from '../../base/one-line';
import type { JobFields } from '../../cloud/api/job';
import type { JobStore } from '../../jobs/store/job-store';
import { type JobTreeNode, keyOf } from '../tree/job-nodes';
import { decisionSentence } from '../parts/upgrade-words';
import { subJobMark } from '../parts/sub-job-names';
import { copyText } from '../editor/copy-text';
import { rowsOf } from '../selection/job-selection';
import { adviceSentence, pollErrorSentence, recycleBinSentence } from '../text/advice-words';
import { jobTypeWord } from '../text/job-words';
import { plainLine } from '../text/plain-text';
import { withDots } from '../text/punctuation';

export class CopyValueCommand {
  constructor(
    private readonly store: Pick<JobStore, 'get'>,
    private readonly log: Log,
  ) {}

  /** For the parameters, see `rowsOf`. */
  async run(clicked: unknown, selected: unknown): Promise<void> {
    const texts = rowsOf(clicked, selected)
      .filter(isNode)
      .map((row) => this.textOf(row));
    const known = texts.filter((text) => text !== '');
    if (known.length > 0) await copyText(known.join('\n'), this.log);
    else void window.showInformationMessage(l10n.t('There is nothing to copy in this row.'));
  }

  /**
   * Whole, but on one line, so that no text from the service runs when it is pasted into a terminal. Ids are exact: hidden
   * characters, which no id of the service has, are `\u` escapes.
   */
  private textOf(row: JobTreeNode): string {
    switch (row.kind) {
      case 'poll-failure': {
        const tracked = this.store.get(row.parent.key);
        return tracked?.pollFailure === undefined
          ? ''
          : plainLine(pollErrorSentence(tracked, tracked.pollFailure.error));
      }
      case 'request-id':
        return escapedLine(this.store.get(row.parent.key)?.requestId ?? '');
      case 'failure':
        return plainLine(errorOf(row.of));
      case 'failed-first': {
        const { subJob } = row;
        const tracked = this.store.get(row.parent.key);
        const mark = tracked && subJobMark(tracked, subJob);
        return plainLine(withDots([subJob.jobType ?? jobTypeWord(subJob), mark, errorOf(subJob)]));
      }
      case 'decision': {
        const tracked = this.store.get(row.parent.key);
        return tracked === undefined ? '' : (decisionSentence(tracked) ?? '');
      }
      case 'advice':
        return adviceSentence(this.store.get(keyOf(row)) ?? {}, row.of) ?? '';
      case 'recycle-bin': {
        const tracked = this.store.get(row.parent.key);
        return tracked === undefined ? '' : (recycleBinSentence(tracked) ?? '');
      }
      case 'sub-job':
        return escapedLine(row.subJob.jobId ?? '');
      case 'entity':
        return escapedLine(row.entity.resourceId ?? '');
      default:
        return '';
    }
  }
}

/** E.g. `ELB.8904: Quota exceeded`. */
function errorOf({ errorCode, errorMessage }: JobFields): string {
  return [errorCode, errorMessage].filter((word) => word !== undefined).join(': ');
}

/** The view passes its own rows; key bindings and other extensions may pass anything. */
function isNode(row: unknown): row is JobTreeNode {
  return typeof row === 'object' && row !== null && 'kind' in row && 'id' in row;
}
