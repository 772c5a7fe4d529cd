/** The shapes of a row's bar. Positions are percentages of the track; markers have a fixed size in pixels. */
import type { PageBar } from '../timeline-page';
import { percent, shape } from './dom';

const MIDDLE = '50%';

export function barShapes({ kind, from, to }: PageBar): SVGElement[] {
  switch (kind) {
    case 'gap':
      return [
        shape('line', { class: 'gap-line', x1: percent(from), x2: percent(to), y1: MIDDLE, y2: MIDDLE }),
        gapEnd(from),
        gapEnd(to),
      ];
    case 'begin-only':
    case 'reversed':
      return [markerAt(from, shape('path', { class: 'bar half', d: 'M-2-7H0V7H-2Z M3-5L8 0 3 5Z' }))];
    case 'end-only':
      return [markerAt(from, shape('path', { class: 'bar half', d: 'M0-7H2V7H0Z M-3-5L-8 0-3 5Z' }))];
    case 'whole':
    case 'open':
    case 'last-seen':
      if (from === to) return [markerAt(from, shape('path', { class: 'bar moment', d: 'M-6 0L0-6 6 0 0 6Z' }))];
      return kind === 'whole'
        ? spanShapes({ kind, from, to })
        : [
            ...spanShapes({ kind, from, to }),
            markerAt(to, shape('path', { class: `bar head ${kind}`, d: 'M0-7L7 0 0 7Z' })),
          ];
  }
}

/** The time that is expected to be left. */
export function ghostShape({ from, to }: Pick<PageBar, 'from' | 'to'>): SVGElement {
  return shape('rect', { class: 'ghost', x: percent(from), y: '20%', width: percent(to - from), height: '60%', rx: 2 });
}

/** The sliver keeps a short span visible. */
function spanShapes({ kind, from, to }: PageBar): SVGElement[] {
  return [
    shape('rect', {
      class: `bar ${kind}`,
      x: percent(from),
      y: '20%',
      width: percent(to - from),
      height: '60%',
      rx: 2,
    }),
    markerAt(from, shape('rect', { class: 'bar sliver', x: 0, y: -6.5, width: 2, height: 13, rx: 1 })),
  ];
}

function markerAt(at: number, marker: SVGElement): SVGElement {
  const place = shape('svg', { class: 'overflows', x: percent(at), y: MIDDLE });
  place.append(marker);
  return place;
}

function gapEnd(at: number): SVGElement {
  return shape('line', { class: 'gap-end', x1: percent(at), x2: percent(at), y1: '25%', y2: '75%' });
}
