/** The details of one row, below the chart. A screen reader reads them when they change. */
import type { PageDetail } from '../timeline-page';
import { showCell } from './cell-view';
import { drawIfChanged, element } from './dom';

export class DetailsView {
  readonly root = element('section', 'details');

  constructor() {
    this.root.setAttribute('aria-live', 'polite');
    // Lets the keyboard scroll a long message.
    this.root.tabIndex = 0;
  }

  setLabel(label: string): void {
    this.root.setAttribute('aria-label', label);
  }

  show(details: readonly PageDetail[]): void {
    drawIfChanged(this.root, details, () => {
      this.root.replaceChildren(element('dl', undefined, ...details.map(factOf)));
    });
  }
}

function factOf({ label, values, isWide }: PageDetail): HTMLElement {
  const lines = values.map((cell) => {
    const line = element('div');
    showCell(line, cell);
    return line;
  });
  const className = isWide === true ? 'fact wide' : 'fact';
  return element('div', className, element('dt', undefined, label), element('dd', undefined, ...lines));
}
