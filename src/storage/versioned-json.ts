/** Reads JSON files that name their version. */
// valita: see src/cloud/api/json-schema.ts.
import * as v from '@badrap/valita';
import { hasMorePartsThan } from '../base/json/json-parts';
import { MAX_FILE_PARTS } from '../base/limits';

export type VersionedContent<Content> =
  | { readonly kind: 'ours'; readonly content: Content }
  /** `newer`: a later version of this extension wrote it, and this version leaves it alone. */
  | { readonly kind: 'absent' | 'newer' | 'unreadable' };

const versionSchema = v.object({ version: v.number() });

/**
 * @param text undefined if there is no file
 * @param version the version that `schema` describes
 */
export function readVersionedJson<Content>(
  text: string | undefined,
  version: number,
  schema: v.Type<Content>,
): VersionedContent<Content> {
  if (text === undefined) return { kind: 'absent' };
  const json = parseJson(text);
  const parsed = schema.try(json, { mode: 'strip' });
  if (parsed.ok) return { kind: 'ours', content: parsed.value };
  const other = versionSchema.try(json, { mode: 'strip' });
  return { kind: other.ok && other.value.version > version ? 'newer' : 'unreadable' };
}

function parseJson(text: string): unknown {
  if (hasMorePartsThan(MAX_FILE_PARTS, text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
