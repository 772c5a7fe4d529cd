/** Makes HTML and SVG elements, and changes no more of them than necessary. */

const SVG = 'http://www.w3.org/2000/svg';

/** The JSON of the data that each element shows. */
const drawn = new WeakMap<Element, string>();

export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  className?: string,
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  if (className !== undefined) made.className = className;
  made.append(...children);
  return made;
}

export function shape<Name extends keyof SVGElementTagNameMap>(
  name: Name,
  attributes: Readonly<Record<string, string | number>>,
): SVGElementTagNameMap[Name] {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  return made;
}

/** @param part from 0 to 1. */
export function percent(part: number): string {
  return `${(part * 100).toFixed(3)}%`;
}

/** Runs `draw` unless the element shows equal data already: so focus and selection stay, and live regions are silent. */
export function drawIfChanged(place: Element, data: unknown, draw: () => void): void {
  const json = JSON.stringify(data);
  if (drawn.get(place) === json) return;
  drawn.set(place, json);
  draw();
}

/** Sets only a text that differs: a screen reader reads a live region whenever it is set. */
export function setText(place: HTMLElement, text: string): void {
  if (place.textContent !== text) place.textContent = text;
}

export function setTextOrHide(place: HTMLElement, text: string): void {
  setText(place, text);
  place.hidden = text === '';
}

/** @returns the children, after it has added or removed some at the end until there are `count` of them. */
export function resizeChildren(place: HTMLElement, count: number, make: () => HTMLElement): HTMLElement[] {
  while (place.children.length > count) place.lastElementChild?.remove();
  while (place.children.length < count) place.append(make());
  return [...place.children] as HTMLElement[];
}
