/** The timeline as a table, which the person opens and closes. */
import type { PageTable } from '../timeline-page';
import { showCell } from './cell-view';
import { element, resizeChildren, setText } from './dom';
import type { PageState } from './page-state';

export class TableView {
  private readonly title = element('summary', 'table-title');
  private readonly head = element('tr');
  private readonly body = element('tbody');
  private readonly scroll = element(
    'div',
    'table-scroll',
    element('table', 'table', element('thead', undefined, this.head), this.body),
  );
  readonly root = element('details', 'table-box', this.title, this.scroll);

  constructor(state: PageState) {
    this.scroll.tabIndex = 0;
    this.scroll.setAttribute('role', 'region');
    this.root.open = state.current.isTableOpen === true;
    this.root.addEventListener('toggle', () => {
      const wasOpen = state.current.isTableOpen === true;
      state.update({ isTableOpen: this.root.open });
      // In a low editor, it opens below the visible part. A page that is shown again stays where it is.
      if (this.root.open && !wasOpen) this.root.scrollIntoView({ block: 'nearest' });
    });
  }

  /** Changes existing cells only if their content differs, so that selected text stays selected. */
  show({ columns, rows }: PageTable, title: string): void {
    setText(this.title, title);
    this.scroll.setAttribute('aria-label', title);
    const heads = resizeChildren(this.head, columns.length, () => headerCell('col'));
    for (const [index, head] of heads.entries()) setText(head, columns[index] ?? '');
    const places = resizeChildren(this.body, rows.length, () => element('tr'));
    for (const [index, row] of places.entries()) {
      const cells = rows[index] ?? [];
      const make = () => (row.children.length === 0 ? headerCell('row') : element('td'));
      for (const [column, place] of resizeChildren(row, cells.length, make).entries())
        showCell(place, cells[column] ?? {});
    }
  }
}

function headerCell(scope: 'col' | 'row'): HTMLElement {
  const cell = element('th');
  cell.scope = scope;
  return cell;
}
