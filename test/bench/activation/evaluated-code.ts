/** Computes from V8's coverage how much of a script has run. */

/** Characters of the source (the end is excluded), and how often they ran. */
interface Range {
  readonly startOffset: number;
  readonly endOffset: number;
  readonly count: number;
}

export interface FunctionCoverage {
  readonly ranges: readonly Range[];
}

interface ScriptCoverage {
  readonly source: string;
  readonly functions: readonly FunctionCoverage[];
}

/** Returns the size of the code that ran at least once. Of nested ranges, the innermost counts. */
export function evaluatedCodeBytes({ source, functions }: ScriptCoverage): number {
  const ran = new Uint8Array(source.length);
  const length = ({ startOffset, endOffset }: Range) => endOffset - startOffset;
  const ranges = functions.flatMap((each) => each.ranges).sort((a, b) => length(b) - length(a));
  for (const { startOffset, endOffset, count } of ranges) ran.fill(count > 0 ? 1 : 0, startOffset, endOffset);
  const characters = [...source.split('')].filter((_, at) => ran[at] === 1);
  return Buffer.byteLength(characters.join(''));
}
