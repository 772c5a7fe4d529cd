/** Cuts JSON into the texts of its parts, so that a part is written again exactly as it was read. */
// JSON.parse and JSON.stringify change what they do not hold: 1.0, 1e400, long integers, names that come twice.

/**
 * Returns the texts of the items of a list, which is a field of the outermost object.
 * @param json valid JSON of an object with such a list.
 */
export function itemTexts(json: string, field: string): readonly string[] {
  let list = '[]';
  for (const text of partsOf(json)) {
    const nameEnd = stringEnd(text, 0);
    // JSON.parse, too, takes the last field of a name.
    if (JSON.parse(text.slice(0, nameEnd)) === field) list = text.slice(text.indexOf(':', nameEnd) + 1);
  }
  return partsOf(list);
}

/** Returns the texts between the commas of a list or an object. */
function partsOf(json: string): readonly string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  const end = (at: number) => {
    const part = json.slice(start, at).trim();
    if (part !== '') parts.push(part);
    start = at + 1;
  };
  for (let at = 0; at < json.length; at += 1) {
    const sign = json[at];
    if (sign === '"') {
      at = stringEnd(json, at) - 1;
    } else if (sign === '[' || sign === '{') {
      depth += 1;
      if (depth === 1) start = at + 1;
    } else if (sign === ']' || sign === '}') {
      depth -= 1;
      if (depth === 0) end(at);
    } else if (sign === ',' && depth === 1) {
      end(at);
    }
  }
  return parts;
}

/** Returns the index after the string that starts at `start`. */
function stringEnd(json: string, start: number): number {
  let at = start + 1;
  while (at < json.length && json[at] !== '"') at += json[at] === '\\' ? 2 : 1;
  return at + 1;
}
