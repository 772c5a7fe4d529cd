/** Keeps the profiles in one file of the extension's global storage; it holds no secret. */
// valibot: see ../elb/json-schema.
import * as v from 'valibot';
import { readFileIfThere, replaceFile, setAside } from '../jobs/atomic-file';
import type { Log } from '../jobs/log';
import type { Profile } from './profile';

const VERSION = 1;

const text = v.optional(v.string());
const errorKindSchema = v.picklist([
  'authentication',
  'clock-skew',
  'locked-out',
  'token-expired',
  'gateway-forbidden',
  'api-absent',
]);
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
        reason: v.optional(v.picklist(['unknown-key', 'wrong-signature', 'token-refused'])),
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

  async load(): Promise<readonly Profile[]> {
    const content = await readFileIfThere(this.file);
    if (content === undefined) return [];
    const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), fileSchema), content);
    if (parsed.success) return parsed.output.profiles;
    this.log.error(`${this.file} does not hold profiles; it was set aside as ${await setAside(this.file)}.`);
    return [];
  }

  async save(profiles: readonly Profile[]): Promise<void> {
    await replaceFile(this.file, `${JSON.stringify({ version: VERSION, profiles }, null, 2)}\n`);
  }
}
