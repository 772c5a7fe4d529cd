/** Reads a file that names the version of its content, and tells what is ours from what is not. */
// valibot: see ../elb/json-schema.
import * as v from 'valibot';
import { readFileIfThere } from './atomic-file';

export type VersionedContent<Content> =
  | { readonly kind: 'ours'; readonly content: Content }
  /** `newer` was written by a version of this extension that is to come, and is its to read. */
  | { readonly kind: 'absent' | 'newer' | 'unreadable' };

const versionSchema = v.object({ version: v.number() });

/** Rejects where the file system does. */
export async function readVersioned<Schema extends v.GenericSchema>(
  file: string,
  version: number,
  schema: Schema,
): Promise<VersionedContent<v.InferOutput<Schema>>> {
  const text = await readFileIfThere(file);
  if (text === undefined) return { kind: 'absent' };
  const json = parseJson(text);
  const parsed = v.safeParse(schema, json);
  if (parsed.success) return { kind: 'ours', content: parsed.output };
  const other = v.safeParse(versionSchema, json);
  return { kind: other.success && other.output.version > version ? 'newer' : 'unreadable' };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
