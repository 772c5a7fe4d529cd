/** The rows of the chart: a list box whose rows are selected by pointer and keyboard. */
import type { PageRow } from '../timeline-page';
import { barShapes, ghostShape } from './bar-shapes';
import { showCell } from './cell-view';
import { drawIfChanged, element, resizeChildren, shape } from './dom';
import type { PageState } from './page-state';

/** How far Page Up and Page Down go. */
const ROWS_PER_PAGE = 10;

export class RowList {
  readonly root = element('div', 'rows');
  private rows: readonly PageRow[] = [];
  private hoveredId: string | undefined;

  /** @param onDidChangeCurrent also after every `show()`. */
  constructor(
    private readonly state: PageState,
    private readonly onDidChangeCurrent: () => void,
  ) {
    const list = this.root;
    list.setAttribute('role', 'listbox');
    list.addEventListener('focusin', ({ target }) => {
      this.select(rowIdOf(target));
    });
    list.addEventListener('click', ({ target }) => {
      const id = rowIdOf(target);
      if (id !== undefined) this.focus(this.indexOf(id));
    });
    list.addEventListener('mouseover', ({ target }) => {
      this.hover(rowIdOf(target));
    });
    list.addEventListener('mouseleave', () => {
      this.hover(undefined);
    });
    list.addEventListener('keydown', (event) => {
      this.receiveKey(event);
    });
  }

  /** The row under the pointer, else the selected row, else the first: the job. */
  get current(): PageRow | undefined {
    return this.rows[this.indexOf(this.hoveredId ?? this.selectedId)];
  }

  show(rows: readonly PageRow[], label: string): void {
    const isFocused = this.root.contains(document.activeElement);
    this.rows = rows;
    this.root.setAttribute('aria-label', label);
    const places = resizeChildren(this.root, rows.length, makeRow);
    for (const [index, row] of rows.entries()) {
      const place = places[index];
      if (place !== undefined) drawRow(place, row);
    }
    this.markSelected();
    if (isFocused) this.focus(this.indexOf(this.selectedId));
    this.onDidChangeCurrent();
  }

  private get selectedId(): string | undefined {
    return this.state.current.selected;
  }

  /** @returns 0 if no row has the id. */
  private indexOf(id: string | undefined): number {
    return Math.max(
      0,
      this.rows.findIndex((row) => row.id === id),
    );
  }

  private select(id: string | undefined): void {
    if (id === undefined) return;
    this.state.update({ selected: id });
    this.markSelected();
    this.onDidChangeCurrent();
  }

  private hover(id: string | undefined): void {
    if (this.hoveredId === id) return;
    this.hoveredId = id;
    this.onDidChangeCurrent();
  }

  private receiveKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const last = this.rows.length - 1;
    const next = indexAfterKey(event.key, this.indexOf(this.selectedId), last);
    if (next === undefined) return;
    event.preventDefault();
    this.hover(undefined);
    this.focus(Math.min(last, Math.max(0, next)));
  }

  /** The Tab key reaches the selected row only; the arrow keys reach the others. */
  private markSelected(): void {
    const selected = this.indexOf(this.selectedId);
    for (const [index, row] of [...this.root.children].entries()) {
      const isSelected = index === selected;
      const tabIndex = isSelected ? '0' : '-1';
      if (row.getAttribute('tabindex') === tabIndex) continue;
      row.setAttribute('tabindex', tabIndex);
      row.setAttribute('aria-selected', String(isSelected));
    }
  }

  private focus(index: number): void {
    const row = this.root.children[index];
    if (row instanceof HTMLElement) row.focus();
  }
}

/** @returns an index that may be out of range, or undefined for any other key. */
function indexAfterKey(key: string, index: number, last: number): number | undefined {
  switch (key) {
    case 'ArrowDown':
      return index + 1;
    case 'ArrowUp':
      return index - 1;
    case 'PageDown':
      return index + ROWS_PER_PAGE;
    case 'PageUp':
      return index - ROWS_PER_PAGE;
    case 'Home':
      return 0;
    case 'End':
      return last;
    default:
      return undefined;
  }
}

function makeRow(): HTMLElement {
  const place = element('div', 'row');
  place.setAttribute('role', 'option');
  return place;
}

/** Draws into the element that is there, so that it stays focused. */
function drawRow(place: HTMLElement, row: PageRow): void {
  drawIfChanged(place, row, () => {
    place.className = `row ${row.kind} ${row.tone}`;
    place.dataset['id'] = row.id;
    const name = element('span', 'name');
    showCell(name, row.name);
    const status = element('span', 'status');
    showCell(status, row.status);
    const label = element('span', 'label', name, ' ', status);
    const track = shape('svg', { class: 'track', 'aria-hidden': 'true' });
    if (row.ghost !== undefined) track.append(ghostShape(row.ghost));
    if (row.bar !== undefined) track.append(...barShapes(row.bar));
    place.replaceChildren(label, track, ' ', element('span', 'duration', row.duration));
  });
}

function rowIdOf(target: EventTarget | null): string | undefined {
  const row = target instanceof Element ? target.closest('[role=option]') : null;
  return row instanceof HTMLElement ? row.dataset['id'] : undefined;
}
