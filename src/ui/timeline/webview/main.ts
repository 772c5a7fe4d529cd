// The page of a timeline: draws what the extension tells it, as text and plain shapes, and lets a person walk through it.
// @ts-check

/**
 * @typedef {import('../src/ui/timeline/timeline-page').Cell} Cell
 * @typedef {import('../src/ui/timeline/timeline-page').FromPage} FromPage
 * @typedef {import('../src/ui/timeline/timeline-page').PageBar} PageBar
 * @typedef {import('../src/ui/timeline/timeline-page').PageRow} PageRow
 * @typedef {import('../src/ui/timeline/timeline-page').PageTable} PageTable
 * @typedef {import('../src/ui/timeline/timeline-page').PageTick} PageTick
 * @typedef {import('../src/ui/timeline/timeline-page').TimelinePage} TimelinePage
 * @typedef {import('../src/ui/timeline/timeline-page').ToPage} ToPage
 *
 * @typedef {object} Kept  What outlasts a reload.
 * @property {string} [key]
 * @property {string} [selected]
 * @property {boolean} [isTableOpen]
 *
 * @typedef {object} Editor
 * @property {(message: FromPage) => void} postMessage
 * @property {() => unknown} getState
 * @property {(state: Kept) => void} setState
 */

(() => {
  const SVG = 'http://www.w3.org/2000/svg';
  const ROWS_OF_A_PAGE = 10;
  const COPIED_FOR = 3000;

  const editor = /** @type {{ acquireVsCodeApi(): Editor }} */ (/** @type {unknown} */ (globalThis)).acquireVsCodeApi();
  let kept = /** @type {Kept} */ (editor.getState() ?? {});
  /** @type {TimelinePage | undefined} */
  let shown;
  /** @type {string | undefined} Where the pointer is, which goes before what is selected. */
  let hovered;

  /** @type {WeakMap<Element, string>} What each place shows. */
  const drawn = new WeakMap();

  const heading = element('h1', 'heading');
  const summary = element('p', 'summary');
  const copy = element('button', 'copy');
  const copied = element('span', 'copied');
  const notice = element('p', 'notice');
  const empty = element('p', 'empty');
  const axis = shape('svg', { class: 'axis', 'aria-hidden': 'true' });
  const axisName = element('span', 'axis-name');
  const lines = shape('svg', { class: 'lines', 'aria-hidden': 'true' });
  const list = element('div', 'rows');
  const chart = element('section', 'chart');
  const details = element('section', 'details');
  const table = element('table', 'table');
  const tableHead = element('tr');
  const tableBody = element('tbody');
  const tableTitle = element('summary', 'table-title');
  const tableBox = element('details', 'table-box');
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let copiedTimer;

  copy.type = 'button';
  copied.setAttribute('role', 'status');
  list.setAttribute('role', 'listbox');
  details.setAttribute('aria-live', 'polite');
  // A long message scrolls here, by the keyboard, too.
  details.tabIndex = 0;
  tableBox.open = kept.isTableOpen === true;

  const words = element('div', 'words');
  words.append(heading, summary);
  const actions = element('div', 'actions');
  actions.append(copied, copy);
  const top = element('header', 'top');
  top.append(words, actions);
  const axisRow = element('div', 'axis-row');
  axisRow.append(axisName, axis);
  const plot = element('div', 'plot');
  plot.append(lines, list);
  chart.append(axisRow, plot, details);
  const tableScroll = element('div', 'table-scroll');
  tableScroll.tabIndex = 0;
  tableScroll.setAttribute('role', 'region');
  const thead = element('thead');
  thead.append(tableHead);
  table.append(thead, tableBody);
  tableScroll.append(table);
  tableBox.append(tableTitle, tableScroll);
  document.getElementById('timeline')?.append(top, notice, empty, chart, tableBox);

  window.addEventListener('message', receive);
  copy.addEventListener('click', () => {
    editor.postMessage({ kind: 'copy' });
  });
  tableBox.addEventListener('toggle', () => {
    keep({ isTableOpen: tableBox.open });
  });
  list.addEventListener('focusin', ({ target }) => {
    select(rowIdOf(target));
  });
  list.addEventListener('click', ({ target }) => {
    const id = rowIdOf(target);
    if (id !== undefined) focusRow(indexOf(id));
  });
  list.addEventListener('mouseover', ({ target }) => {
    hover(rowIdOf(target));
  });
  list.addEventListener('mouseleave', () => {
    hover(undefined);
  });
  list.addEventListener('keydown', (event) => {
    const index = indexOf(kept.selected);
    const last = (shown?.rows.length ?? 0) - 1;
    const next = new Map([
      ['ArrowDown', index + 1],
      ['ArrowUp', index - 1],
      ['PageDown', index + ROWS_OF_A_PAGE],
      ['PageUp', index - ROWS_OF_A_PAGE],
      ['Home', 0],
      ['End', last],
    ]).get(event.key);
    if (next === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    hover(undefined);
    focusRow(Math.min(last, Math.max(0, next)));
  });
  editor.postMessage({ kind: 'ready' });

  /** @param {MessageEvent<ToPage>} event */
  function receive({ data: message }) {
    if (message.kind === 'show') show(message.page);
    else sayCopied();
  }

  /** @param {TimelinePage} page */
  function show(page) {
    const isFocused = list.contains(document.activeElement);
    shown = page;
    keep({ key: page.key });
    document.documentElement.lang = page.language;
    put(heading, page.heading);
    put(summary, page.summary);
    setText(copy, page.words.copy);
    setText(notice, page.notice ?? '');
    setText(empty, page.rows.length === 0 && page.notice === undefined ? page.words.empty : '');
    setText(axisName, page.words.axis);
    setText(tableTitle, page.words.table);
    list.setAttribute('aria-label', page.words.chart);
    details.setAttribute('aria-label', page.words.details);
    tableScroll.setAttribute('aria-label', page.words.table);
    const hasRows = page.rows.length > 0;
    chart.hidden = !hasRows;
    tableBox.hidden = !hasRows;
    copy.hidden = !hasRows;
    drawAxis(page.ticks);
    drawRows(page.rows);
    drawTable(page.table);
    if (isFocused) focusRow(indexOf(kept.selected));
    showDetails();
  }

  new ResizeObserver(thinLabels).observe(axis);

  /** @param {readonly PageTick[]} ticks */
  function drawAxis(ticks) {
    if (!isNew(axis, ticks)) return;
    axis.replaceChildren(
      ...ticks.map(({ at, label }) => {
        const text = shape('text', { x: percent(at), y: 14, 'text-anchor': anchorAt(at) });
        text.textContent = label;
        return text;
      }),
    );
    lines.replaceChildren(
      ...ticks.map(({ at }) => shape('line', { x1: percent(at), x2: percent(at), y1: 0, y2: '100%' })),
    );
    thinLabels();
  }

  /** Where there is little room, only each second tick has its label, or each third, and so on. */
  function thinLabels() {
    const labels = [...axis.children];
    const boxes = labels.map((label) => label.getBoundingClientRect());
    const fits = (/** @type {number} */ step) => {
      const shown = boxes.filter((_, index) => index % step === 0);
      return shown.every(({ left }, index) => left >= (shown[index - 1]?.right ?? -Infinity) + 6);
    };
    let step = 1;
    while (step < labels.length && !fits(step)) step += 1;
    for (const [index, label] of labels.entries()) {
      label.setAttribute('visibility', index % step === 0 ? 'visible' : 'hidden');
    }
  }

  /** @param {readonly PageRow[]} rows */
  function drawRows(rows) {
    fill(list, rows.length, () => {
      const row = element('div', 'row');
      row.setAttribute('role', 'option');
      return row;
    });
    rows.forEach((row, index) => {
      drawRow(childOf(list, index), row);
    });
    mark();
  }

  /**
   * What is drawn already stays, so that the focus does, too.
   * @param {HTMLElement} place
   * @param {PageRow} row
   */
  function drawRow(place, row) {
    if (!isNew(place, row)) return;
    place.className = `row ${row.kind} ${row.tone}`;
    place.dataset['id'] = row.id;
    const name = element('span', 'name');
    put(name, row.name);
    const status = element('span', 'status');
    put(status, row.status);
    const label = element('span', 'label');
    label.append(name, ' ', status);
    const duration = element('span', 'duration');
    duration.textContent = row.duration;
    const track = shape('svg', { class: 'track', 'aria-hidden': 'true' });
    if (row.bar !== undefined) track.append(...drawBar(row.bar));
    place.replaceChildren(label, track, ' ', duration);
  }

  /** @param {PageBar} bar */
  function drawBar({ kind, from, to }) {
    const y = '50%';
    if (kind === 'gap') {
      const end = (/** @type {number} */ at) =>
        shape('line', { class: 'gap-end', x1: percent(at), x2: percent(at), y1: '25%', y2: '75%' });
      return [
        shape('line', { class: 'gap-line', x1: percent(from), x2: percent(to), y1: y, y2: y }),
        end(from),
        end(to),
      ];
    }
    // A moment has no width, and a short bar hardly any.
    const isMoment = to === from;
    const place = shape('svg', { class: 'overflows', x: percent(from), y });
    if (kind === 'begin-only' || kind === 'reversed')
      place.append(shape('path', { class: 'bar half', d: 'M-2-7H0V7H-2Z M3-5L8 0 3 5Z' }));
    else if (kind === 'end-only') place.append(shape('path', { class: 'bar half', d: 'M0-7H2V7H0Z M-3-5L-8 0-3 5Z' }));
    else if (isMoment) place.append(shape('path', { class: 'bar moment', d: 'M-6 0L0-6 6 0 0 6Z' }));
    else {
      const isRunning = kind === 'open' || kind === 'last-seen';
      place.append(shape('rect', { class: 'bar sliver', x: 0, y: -6.5, width: 2, height: 13, rx: 1 }));
      const rect = shape('rect', {
        class: `bar ${kind}`,
        x: percent(from),
        y: '20%',
        width: percent(to - from),
        height: '60%',
        rx: 2,
      });
      if (!isRunning) return [rect, place];
      const head = shape('svg', { class: 'overflows', x: percent(to), y });
      head.append(shape('path', { class: `bar head ${kind}`, d: 'M0-7L7 0 0 7Z' }));
      return [rect, place, head];
    }
    return [place];
  }

  /**
   * What is drawn already stays, for who reads it or has selected some of it.
   * @param {PageTable} table
   */
  function drawTable({ columns, rows }) {
    fill(tableHead, columns.length, () => headerCell('col'));
    columns.forEach((column, index) => {
      setText(childOf(tableHead, index), column);
    });
    fill(tableBody, rows.length, () => element('tr'));
    rows.forEach((cells, index) => {
      const row = childOf(tableBody, index);
      fill(row, cells.length, () => (row.children.length === 0 ? headerCell('row') : element('td')));
      cells.forEach((cell, column) => {
        put(childOf(row, column), cell);
      });
    });
  }

  /** @param {'col' | 'row'} scope */
  function headerCell(scope) {
    const cell = element('th');
    cell.scope = scope;
    return cell;
  }

  /** Of the row under the pointer, else of the one that is selected, which is the job at first. What says the same is not read out again. */
  function showDetails() {
    const parts = shown?.rows[indexOf(hovered ?? kept.selected)]?.details ?? [];
    if (!isNew(details, parts)) return;
    const facts = element('dl');
    for (const { label, values, isWide } of parts) {
      const term = element('dt');
      term.textContent = label;
      const value = element('dd');
      values.forEach((cell) => {
        const line = element('div');
        put(line, cell);
        value.append(line);
      });
      const fact = element('div', isWide === true ? 'fact wide' : 'fact');
      fact.append(term, value);
      facts.append(fact);
    }
    details.replaceChildren(facts);
  }

  function sayCopied() {
    setText(copied, shown?.words.copied ?? '');
    clearTimeout(copiedTimer);
    copiedTimer = setTimeout(() => {
      setText(copied, '');
    }, COPIED_FOR);
  }

  /** @param {string | undefined} id */
  function select(id) {
    if (id === undefined) return;
    keep({ selected: id });
    mark();
    showDetails();
  }

  /** @param {string | undefined} id */
  function hover(id) {
    if (hovered === id) return;
    hovered = id;
    showDetails();
  }

  /** One row is in the order of the Tab key; the arrow keys reach the others. */
  function mark() {
    const selected = indexOf(kept.selected);
    [...list.children].forEach((row, index) => {
      const isSelected = index === selected;
      if (row.getAttribute('tabindex') === (isSelected ? '0' : '-1')) return;
      row.setAttribute('tabindex', isSelected ? '0' : '-1');
      row.setAttribute('aria-selected', String(isSelected));
    });
  }

  /** @param {number} index */
  function focusRow(index) {
    const row = list.children[index];
    if (row instanceof HTMLElement) row.focus();
  }

  /** The first one where there is none of that id. @param {string | undefined} id */
  function indexOf(id) {
    return Math.max(0, shown?.rows.findIndex((row) => row.id === id) ?? 0);
  }

  /** @param {EventTarget | null} target */
  function rowIdOf(target) {
    const row = target instanceof Element ? target.closest('[role=option]') : null;
    return row instanceof HTMLElement ? row.dataset['id'] : undefined;
  }

  /** @param {Kept} more */
  function keep(more) {
    kept = { ...kept, ...more };
    editor.setState(kept);
  }

  /**
   * @param {HTMLElement} place
   * @param {Cell} cell
   */
  function put(place, cell) {
    if (!isNew(place, cell)) return;
    const pieces = [];
    if (cell.quoted !== undefined) {
      // Text of any direction, which keeps to its place.
      const quoted = element('bdi');
      quoted.dir = 'auto';
      quoted.textContent = cell.quoted;
      pieces.push(quoted);
    }
    if (cell.text !== undefined) pieces.push(cell.text);
    if (cell.instant !== undefined) {
      const time = element('time');
      time.dateTime = new Date(cell.instant).toISOString();
      time.textContent = timeText(cell.instant);
      pieces.push(time);
    }
    place.replaceChildren(...pieces.flatMap((piece, index) => (index === 0 ? [piece] : [' · ', piece])));
  }

  /** @param {number} instant */
  function timeText(instant) {
    /** @type {Intl.DateTimeFormatOptions} */
    const options = {
      year: 'numeric',
      month: 'short',
      day: 'numeric',
      hour: 'numeric',
      minute: '2-digit',
      second: '2-digit',
      timeZoneName: 'short',
    };
    return new Intl.DateTimeFormat(shown?.language, options).format(instant);
  }

  /**
   * Touches only what changes, since a live region is read out when it is touched.
   * @param {HTMLElement} place
   * @param {string} text
   */
  function setText(place, text) {
    if (place.textContent !== text) place.textContent = text;
    if (place.tagName === 'P') place.hidden = text === '';
  }

  /**
   * Has so many children in the place, of which those that are there stay.
   * @param {HTMLElement} place
   * @param {number} count
   * @param {() => HTMLElement} make
   */
  function fill(place, count, make) {
    while (place.children.length > count) place.lastElementChild?.remove();
    while (place.children.length < count) place.append(make());
  }

  /**
   * @param {HTMLElement} place
   * @param {number} index
   */
  function childOf(place, index) {
    return /** @type {HTMLElement} */ (place.children[index]);
  }

  /**
   * Whether the place shows something else so far.
   * @param {Element} place
   * @param {unknown} data
   */
  function isNew(place, data) {
    const text = JSON.stringify(data);
    if (drawn.get(place) === text) return false;
    drawn.set(place, text);
    return true;
  }

  /** @param {number} part */
  function percent(part) {
    return `${(part * 100).toFixed(3)}%`;
  }

  /** Labels at the ends keep within the axis. @param {number} at */
  function anchorAt(at) {
    if (at < 0.05) return 'start';
    return at > 0.95 ? 'end' : 'middle';
  }

  /**
   * @template {keyof HTMLElementTagNameMap} Name
   * @param {Name} name
   * @param {string} [className]
   */
  function element(name, className) {
    const made = document.createElement(name);
    if (className !== undefined) made.className = className;
    return made;
  }

  /**
   * @template {keyof SVGElementTagNameMap} Name
   * @param {Name} name
   * @param {Readonly<Record<string, string | number>>} attributes
   */
  function shape(name, attributes) {
    const made = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
    return made;
  }
})();
