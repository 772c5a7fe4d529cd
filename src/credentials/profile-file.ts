/** Keeps the profiles in one file of the extension's global storage; it holds no secret. */
// valibot: see ../elb/json-schema.
import * as v from 'valibot';
import { replaceFile, setAside } from '../jobs/atomic-file';
import type { Log } from '../jobs/log';
import { readVersioned } from '../jobs/versioned-file';
import type { Profile } from './profile';

const VERSION = 1;

const text = v.optional(v.string());
/** A kind that a newer version knows is a refusal all the same. */
const errorKindSchema = v.fallback(
  v.picklist(['authentication', 'clock-skew', 'locked-out', 'token-expired', 'gateway-forbidden', 'api-absent']),
  'authentication',
);
const profileSchema = v.object({
  id: v.string(),
  endpoint: v.string(),
  region: text,
  projectId: v.string(),
  accessKeyStart: v.string(),
  keyChangedAt: v.number(),
  refusal: v.optional(
    v.object({
      at: v.number(),
      error: v.object({
        kind: errorKindSchema,
        httpStatus: v.optional(v.number()),
        code: text,
        message: text,
        requestId: text,
        clockSkew: v.optional(v.number()),
        reason: v.fallback(v.optional(v.picklist(['unknown-key', 'wrong-signature', 'token-refused'])), undefined),
      }),
    }),
  ),
});
const fileSchema = v.object({ version: v.literal(VERSION), profiles: v.array(profileSchema) });

export class ProfileFile {
  constructor(
    private readonly file: string,
    private readonly log: Log,
  ) {}

  /** Rejects where the file cannot be read or was written by a newer version, whose profiles are left alone. */
  async load(): Promise<readonly Profile[]> {
    const read = await readVersioned(this.file, VERSION, fileSchema);
    if (read.kind === 'ours') return read.content.profiles;
    if (read.kind === 'newer') throw new Error(`${this.file} was written by a newer version of this extension.`);
    if (read.kind === 'unreadable') {
      this.log.error(`${this.file} does not hold profiles; it was set aside as ${await setAside(this.file)}.`);
    }
    return [];
  }

  async save(profiles: readonly Profile[]): Promise<void> {
    await replaceFile(this.file, `${JSON.stringify({ version: VERSION, profiles }, null, 2)}\n`);
  }
}
