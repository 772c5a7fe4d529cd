/** The script of a timeline's page: draws the data that the extension sends, as text and plain shapes. */
import type { TimelinePage, ToPage } from '../timeline-page';
import { AxisView } from './axis-view';
import { DetailsView } from './details-view';
import { element, setTextOrHide } from './dom';
import { HeaderView } from './header-view';
import { MoreView } from './more-view';
import { PageState } from './page-state';
import { RowList } from './row-list';
import { TableView } from './table-view';

const editor = acquireVsCodeApi();
const state = new PageState(editor);

const header = new HeaderView(() => {
  editor.postMessage({ kind: 'copy' });
});
const notice = element('p', 'notice');
const empty = element('p', 'empty');
const axis = new AxisView();
const details = new DetailsView();
const rows = new RowList(state, () => {
  details.show(rows.current?.details ?? []);
});
const more = new MoreView(() => {
  editor.postMessage({ kind: 'open-json' });
});
const table = new TableView(state);

const plot = element('div', 'plot', axis.lines, rows.root);
const chart = element('section', 'chart', axis.root, plot, more.root, details.root);
document.getElementById('timeline')?.append(header.root, notice, empty, chart, table.root);

window.addEventListener('message', ({ data: message }: MessageEvent<ToPage>) => {
  switch (message.kind) {
    case 'show':
      show(message.page);
      break;
    case 'copied':
      header.showCopied();
  }
});
editor.postMessage({ kind: 'ready' });

function show(page: TimelinePage): void {
  const { words } = page;
  const hasRows = page.rows.length > 0;
  state.update({ key: page.key });
  document.documentElement.lang = page.language;
  header.show(page);
  setTextOrHide(notice, page.notice ?? '');
  setTextOrHide(empty, hasRows || page.notice !== undefined ? '' : words.empty);
  chart.hidden = !hasRows;
  table.root.hidden = !hasRows;
  axis.show(page.ticks, words.axis);
  details.setLabel(words.details);
  more.show(page);
  table.show(page.table, words.table);
  rows.show(page.rows, words.chart);
}
