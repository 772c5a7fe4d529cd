/** Reads the sections of an INI file, as leniently as the most lenient of the official SDKs. */
// Not npm's `ini` (7.0.0): it ends values at `;` and `#`, makes `true` a boolean, and nests sections by their dots.

import { MAX_KEY_FILE_PARTS } from '../../base/limits';

/** By section name, then by key name in lower case. */
export type IniSections = ReadonlyMap<string, ReadonlyMap<string, string>>;

/**
 * Merges sections of the same name. Of a repeated key the last value counts, as in the SDKs for Java and Go; Python's
 * rejects such a file.
 * @returns the problem if there is text, but no section, or if there are too many lines.
 */
export function readIni(text: string): IniSections | 'not-ini' | 'too-large' {
  const sections = new Map<string, Map<string, string>>();
  let section: Map<string, string> | undefined;
  let hasOther = false;
  let lines = 0;
  for (const [rawLine] of text.replace(/^\uFEFF/, '').matchAll(/[^\r\n]+/g)) {
    lines += 1;
    if (lines > MAX_KEY_FILE_PARTS) return 'too-large';
    const line = rawLine.trim();
    if (line === '' || line.startsWith('#') || line.startsWith(';')) continue;
    const name = /^\[([^\]]*)\]/.exec(line)?.[1]?.trim();
    if (name !== undefined) {
      section = sections.get(name) ?? new Map<string, string>();
      sections.set(name, section);
      continue;
    }
    hasOther = true;
    const end = line.search(/[=:]/);
    if (end > 0) section?.set(line.slice(0, end).trim().toLowerCase(), valueOf(line.slice(end + 1)));
  }
  return hasOther && sections.size === 0 ? 'not-ini' : sections;
}

/** Removes a comment that follows white space, and enclosing quotes: no key or token contains either. */
function valueOf(text: string): string {
  const comment = text.search(/\s[#;]/);
  const value = (comment === -1 ? text : text.slice(0, comment)).trim();
  return /^(["'])(.*)\1$/.exec(value)?.[2]?.trim() ?? value;
}
