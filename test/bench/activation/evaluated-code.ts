/** Reads from V8's coverage how much of a script has run. */

/** From one character of the source to before another, and how often it ran. */
interface Range {
  readonly startOffset: number;
  readonly endOffset: number;
  readonly count: number;
}

export interface FunctionCoverage {
  readonly ranges: readonly Range[];
}

export interface ScriptCoverage {
  readonly source: string;
  readonly functions: readonly FunctionCoverage[];
}

/** Of what ran at least once. Of ranges that lie in one another, the innermost counts. */
export function evaluatedCodeBytes({ source, functions }: ScriptCoverage): number {
  const ran = new Uint8Array(source.length);
  const length = ({ startOffset, endOffset }: Range) => endOffset - startOffset;
  const ranges = functions.flatMap((each) => each.ranges).sort((a, b) => length(b) - length(a));
  for (const { startOffset, endOffset, count } of ranges) ran.fill(count > 0 ? 1 : 0, startOffset, endOffset);
  const characters = [...source.split('')].filter((_, at) => ran[at] === 1);
  return Buffer.byteLength(characters.join(''));
}
