/** The top of the page: the job's name and state, and the button that copies the timeline. */
import type { TimelinePage } from '../timeline-page';
import { showCell } from './cell-view';
import { element, setText } from './dom';

const COPIED_NOTICE_MS = 3000;

export class HeaderView {
  private readonly heading = element('h1', 'heading');
  private readonly summary = element('p', 'summary');
  private readonly copy = element('button', 'button');
  private readonly copied = element('span', 'copied');
  private copiedWord = '';
  private copiedTimer: number | undefined;

  readonly root = element(
    'header',
    'top',
    element('div', 'words', this.heading, this.summary),
    element('div', 'actions', this.copied, this.copy),
  );

  constructor(onCopy: () => void) {
    this.copied.setAttribute('role', 'status');
    this.copy.type = 'button';
    this.copy.addEventListener('click', onCopy);
  }

  show({ heading, summary, words, rows }: TimelinePage): void {
    showCell(this.heading, heading);
    showCell(this.summary, summary);
    setText(this.copy, words.copy);
    this.copy.hidden = rows.length === 0;
    this.copiedWord = words.copied;
  }

  /** Says for a few seconds that the timeline was copied. */
  showCopied(): void {
    setText(this.copied, this.copiedWord);
    window.clearTimeout(this.copiedTimer);
    this.copiedTimer = window.setTimeout(() => {
      setText(this.copied, '');
    }, COPIED_NOTICE_MS);
  }
}
