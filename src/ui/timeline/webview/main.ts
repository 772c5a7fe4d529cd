/** The script of a timeline's page: draws the data that the extension sends, as text and plain shapes. */
import type { TimelinePage, ToPage } from '../timeline-page';
import { Announcer } from './announcer';
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

const header = new HeaderView((kind) => {
  editor.postMessage({ kind });
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
const announcer = new Announcer();

const plot = element('div', 'plot', axis.lines, rows.root);
const chart = element('section', 'chart', axis.root, plot, more.root);
// The details have a place of their own, so that they cover no row.
const scroll = element('div', 'scroll', header.root, notice, empty, chart, table.root);
document.getElementById('timeline')?.append(scroll, details.root, announcer.root);

window.addEventListener('message', ({ data: message }: MessageEvent<ToPage>) => {
  switch (message.kind) {
    case 'show':
      state.update({ key: message.page.key, page: message.page.removed === undefined ? undefined : message.page });
      show(message.page, true);
      break;
    case 'copied':
      header.showCopied();
  }
});
editor.postMessage({ kind: 'ready' });
// Last, since another version of the extension may have saved a page that this one cannot show.
if (state.current.page !== undefined) show(state.current.page, false);

/** @param isKnown whether the extension still knows the job. */
function show(page: TimelinePage, isKnown: boolean): void {
  const { words } = page;
  const hasRows = page.rows.length > 0;
  document.documentElement.lang = page.language;
  header.show(page, isKnown);
  setTextOrHide(notice, page.notice ?? '');
  setTextOrHide(empty, hasRows || page.notice !== undefined ? '' : words.empty);
  chart.hidden = !hasRows;
  details.root.hidden = !hasRows;
  table.root.hidden = !hasRows;
  axis.show(page.ticks, words.axis);
  details.setLabel(words.details);
  more.show(page);
  table.show(page.table, words.table);
  rows.show(page.rows, words.chart);
  announcer.show(page.rows);
}
