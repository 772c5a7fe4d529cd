/** The top of the page: the job's name and state, and the buttons for the timeline, for a removed job and for a waiting upgrade. */
import type { FromPage, TimelinePage } from '../timeline-page';
import { showCell } from './cell-view';
import { element, setText, setTextOrHide } from './dom';

const COPIED_NOTICE_MS = 3000;

export class HeaderView {
  private readonly heading = element('h1', 'heading');
  private readonly summary = element('p', 'summary');
  private readonly removed = element('p', 'removed');
  private readonly trackAgain = element('button', 'button');
  private readonly openInConsole = element('button', 'button');
  private readonly copyCommand = element('button', 'button');
  private readonly copy = element('button', 'button');
  private readonly copied = element('span', 'copied');
  private copiedWord = '';
  private copiedTimer: number | undefined;

  readonly root = element(
    'header',
    'top',
    element('div', 'words', this.heading, this.summary, this.removed),
    element('div', 'actions', this.copied, this.trackAgain, this.openInConsole, this.copyCommand, this.copy),
  );

  /** @param onClick called with the message of the button that was clicked */
  constructor(onClick: (kind: FromPage['kind']) => void) {
    for (const live of [this.copied, this.removed]) live.setAttribute('role', 'status');
    const buttons = [
      [this.copy, 'copy'],
      [this.trackAgain, 'track-again'],
      [this.openInConsole, 'open-in-console'],
      [this.copyCommand, 'copy-command'],
    ] as const;
    for (const [button, kind] of buttons) {
      button.type = 'button';
      button.addEventListener('click', () => {
        onClick(kind);
      });
    }
  }

  /** @param isKnown whether the extension still knows the job, so that the buttons work. */
  show({ heading, summary, removed, words, rows }: TimelinePage, isKnown: boolean): void {
    showCell(this.heading, heading);
    showCell(this.summary, summary);
    setText(this.copy, words.copy);
    setText(this.removed, removed ?? '');
    setText(this.trackAgain, words.trackAgain);
    this.trackAgain.hidden = removed === undefined || !isKnown;
    for (const [button, word] of [
      [this.openInConsole, words.openInConsole],
      [this.copyCommand, words.copyCommand],
    ] as const) {
      setTextOrHide(button, isKnown ? (word ?? '') : '');
    }
    this.copy.hidden = rows.length === 0 || !isKnown;
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
