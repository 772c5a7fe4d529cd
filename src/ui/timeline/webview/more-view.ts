/** The line below the rows: how many more sub-jobs there are, and the button that shows them. */
import type { TimelinePage } from '../timeline-page';
import { element, setText } from './dom';

export class MoreView {
  private readonly count = element('span', 'more-count');
  private readonly open = element('button', 'button');
  readonly root = element('p', 'more', this.count, this.open);

  constructor(onOpen: () => void) {
    this.open.type = 'button';
    this.open.addEventListener('click', onOpen);
  }

  show({ more, removed, words }: TimelinePage): void {
    this.root.hidden = more === undefined;
    setText(this.count, more ?? '');
    setText(this.open, words.openJson);
    // The document shows tracked jobs.
    this.open.hidden = removed !== undefined;
  }
}
