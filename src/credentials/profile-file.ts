/** Keeps the profiles in one file of the extension's global storage; it holds no secret. */
// valita: see ../elb/json-schema.
import * as v from '@badrap/valita';
import { replaceFile, setAside } from '../jobs/atomic-file';
import type { Log } from '../jobs/log';
import { readVersioned } from '../jobs/versioned-file';
import type { Profile } from './profile';

const VERSION = 1;

const optionalText = v.string().optional();
const oneOf = <Name extends string>(...names: readonly [Name, ...Name[]]) =>
  v.union(...names.map((name) => v.literal(name)));
/** A kind that a newer version knows is a refusal all the same. */
const errorKindSchema = v.union(
  oneOf('authentication', 'clock-skew', 'locked-out', 'token-expired', 'gateway-forbidden', 'api-absent'),
  v.string().map(() => 'authentication' as const),
);
const reasonSchema = v.union(
  oneOf(
    'unknown-key',
    'wrong-signature',
    'token-refused',
    'wrong-password',
    'account-not-verified',
    'project-unavailable',
    'address-not-allowed',
    'region-not-allowed',
  ),
  v.string().map(() => undefined),
);
const profileSchema = v.object({
  id: v.string(),
  endpoint: v.string(),
  region: optionalText,
  projectId: v.string(),
  accessKeyStart: v.string(),
  keyChangedAt: v.number(),
  refusal: v
    .object({
      at: v.number(),
      error: v.object({
        kind: errorKindSchema,
        httpStatus: v.number().optional(),
        code: optionalText,
        message: optionalText,
        requestId: optionalText,
        clockSkew: v.number().optional(),
        reason: reasonSchema.optional(),
      }),
    })
    .optional(),
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
