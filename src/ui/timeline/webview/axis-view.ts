/** The axis of the chart: labels at its ticks, and a line from each through the rows below. */
import type { PageTick } from '../timeline-page';
import { drawIfChanged, element, percent, setText, shape } from './dom';

const MIN_LABEL_GAP_PX = 6;
/** The part of the axis, at either end, in which a centred label might stick out. */
const EDGE = 0.05;

export class AxisView {
  private readonly name = element('span', 'axis-name');
  private readonly axis = shape('svg', { class: 'axis', 'aria-hidden': 'true' });
  readonly root = element('div', 'axis-row', this.name, this.axis);
  /** Placed behind the rows. */
  readonly lines = shape('svg', { class: 'lines', 'aria-hidden': 'true' });

  constructor() {
    new ResizeObserver(() => {
      this.thinLabels();
    }).observe(this.axis);
  }

  show(ticks: readonly PageTick[], name: string): void {
    setText(this.name, name);
    drawIfChanged(this.axis, ticks, () => {
      this.axis.replaceChildren(...ticks.map(labelShape));
      this.lines.replaceChildren(...ticks.map(lineShape));
      this.thinLabels();
    });
  }

  /** Shows only every second label, or every third and so on, if all of them would not fit. */
  private thinLabels(): void {
    const labels = [...this.axis.children];
    const step = labelStep(labels.map((label) => label.getBoundingClientRect()));
    for (const [index, label] of labels.entries()) {
      label.setAttribute('visibility', index % step === 0 ? 'visible' : 'hidden');
    }
  }
}

/** @returns the least n for which every nth label keeps its distance from the next. */
function labelStep(boxes: readonly DOMRect[]): number {
  const fits = (step: number): boolean => {
    const visible = boxes.filter((_, index) => index % step === 0);
    return visible.every(({ left }, index) => left >= (visible[index - 1]?.right ?? -Infinity) + MIN_LABEL_GAP_PX);
  };
  let step = 1;
  while (step < boxes.length && !fits(step)) step += 1;
  return step;
}

function labelShape({ at, label }: PageTick): SVGTextElement {
  const text = shape('text', { x: percent(at), y: 14, 'text-anchor': anchorAt(at) });
  text.textContent = label;
  return text;
}

function lineShape({ at }: PageTick): SVGLineElement {
  return shape('line', { x1: percent(at), x2: percent(at), y1: 0, y2: '100%' });
}

function anchorAt(at: number): 'start' | 'middle' | 'end' {
  if (at < EDGE) return 'start';
  return at > 1 - EDGE ? 'end' : 'middle';
}
