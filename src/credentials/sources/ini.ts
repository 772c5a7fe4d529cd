/** Reads the sections of an INI file, so that what any of the official SDKs reads right is read right. */
// Not npm's `ini` (7.0.0): it ends values at `;` and `#`, makes `true` a boolean, and nests sections by their dots.

/** By the names of the sections, then by the names of their keys in lower case. */
export type IniSections = ReadonlyMap<string, ReadonlyMap<string, string>>;

/**
 * A section or key that comes twice is one, of which the later value counts: so do the SDKs for Java and Go, where
 * Python's refuses the file. Undefined where there is text, but no section.
 */
export function readIni(text: string): IniSections | undefined {
  const sections = new Map<string, Map<string, string>>();
  let section: Map<string, string> | undefined;
  let hasOther = false;
  for (const rawLine of text.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/)) {
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
  return hasOther && sections.size === 0 ? undefined : sections;
}

/** Without a comment after white space, and without quotes around it: no key or token has either. */
function valueOf(text: string): string {
  const comment = text.search(/\s[#;]/);
  const value = (comment === -1 ? text : text.slice(0, comment)).trim();
  return /^(["'])(.*)\1$/.exec(value)?.[2]?.trim() ?? value;
}
