/** Shows a cell: a quoted text, a text and a time, each if present. */
import type { Cell } from '../timeline-page';
import { drawIfChanged, element } from './dom';

const TIME_FORMAT: Intl.DateTimeFormatOptions = {
  year: 'numeric',
  month: 'short',
  day: 'numeric',
  hour: 'numeric',
  minute: '2-digit',
  second: '2-digit',
  timeZoneName: 'short',
};

export function showCell(place: HTMLElement, cell: Cell): void {
  drawIfChanged(place, cell, () => {
    const pieces = piecesOf(cell);
    place.replaceChildren(...pieces.flatMap((piece, index) => (index === 0 ? [piece] : [' · ', piece])));
  });
}

function piecesOf({ quoted, text, instant }: Cell): (Node | string)[] {
  const pieces = [];
  if (quoted !== undefined) {
    // The text may have either direction, which must not change the order of the words around it.
    const isolated = element('bdi', undefined, quoted);
    isolated.dir = 'auto';
    pieces.push(isolated);
  }
  if (text !== undefined) pieces.push(text);
  if (instant !== undefined) {
    // The extension sends no instant that a `Date` cannot hold.
    const time = element('time', undefined, localTime(instant));
    time.dateTime = new Date(instant).toISOString();
    pieces.push(time);
  }
  return pieces;
}

function localTime(instant: number): string {
  return new Intl.DateTimeFormat(document.documentElement.lang, TIME_FORMAT).format(instant);
}
