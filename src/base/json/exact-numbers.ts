/** Numbers in JSON with more digits than JavaScript's numbers have, e.g. long ids. */

/** Digits that every number has exactly; most numbers with more digits are rounded. */
const MAX_EXACT_DIGITS = 15;

/** Whether a parsed number has the digits that its text in JSON had. */
export function isExactNumber(value: number): boolean {
  if (!Number.isFinite(value)) return false;
  return Number.isSafeInteger(value) || (!Number.isInteger(value) && String(value).length <= MAX_EXACT_DIGITS);
}

/** @returns the same JSON, in which each number that JavaScript would round is a text of its digits. In linear time. */
export function withExactNumbers(json: string): string {
  let exact = '';
  let copied = 0;
  for (let at = 0; at < json.length; at += 1) {
    const character = json.charCodeAt(at);
    if (character === QUOTE) at = endOfText(json, at);
    else if (character === MINUS || isDigit(character)) {
      NUMBER.lastIndex = at;
      const [number = ''] = NUMBER.exec(json) ?? [];
      const end = at + number.length;
      if (!isExactNumber(Number(number))) {
        exact += `${json.slice(copied, at)}"${number}"`;
        copied = end;
      }
      at = end - 1;
    }
  }
  return exact + json.slice(copied);
}

const QUOTE = '"'.charCodeAt(0);
const BACKSLASH = '\\'.charCodeAt(0);
const MINUS = '-'.charCodeAt(0);
const [ZERO, NINE] = ['0'.charCodeAt(0), '9'.charCodeAt(0)];
const NUMBER = /-?\d[\d.eE+-]*/y;

function isDigit(character: number): boolean {
  return character >= ZERO && character <= NINE;
}

/** @returns the index of the quote that ends the text which starts at `start` */
function endOfText(json: string, start: number): number {
  let at = start + 1;
  while (at < json.length && json.charCodeAt(at) !== QUOTE) at += json.charCodeAt(at) === BACKSLASH ? 2 : 1;
  return at;
}
