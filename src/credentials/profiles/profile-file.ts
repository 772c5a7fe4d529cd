/** Keeps the profiles in one file of the extension's global storage, which all windows change; it holds no secret. */
import { randomUUID } from 'node:crypto';
import path from 'node:path';
// valita: see src/cloud/api/json-schema.ts.
import * as v from '@badrap/valita';
import type { Disposable } from '../../base/disposable';
import { type LockParts, withLock } from '../../storage/file-lock';
import type { Log } from '../../base/log';
import { readVersionedJson } from '../../storage/versioned-json';
import type { SavedProfile } from './profile';

export interface ProfileFileParts extends LockParts {
  readonly directory: string;
  readonly log: Log;
}

const VERSION = 2;

const sinceVersion1 = {
  id: v.string(),
  endpoint: v.string(),
  region: v.string().optional(),
  projectId: v.string(),
  keyChangedAt: v.number(),
};
const version1 = v.object({
  version: v.literal(1),
  profiles: v.array(v.object({ ...sinceVersion1, accessKeyStart: v.string() })),
});
const kind = <Kind extends string>(name: Kind) => v.literal(name);
const sourceSchema = v.union(
  v.object({ kind: kind('stored') }),
  v.object({ kind: kind('token') }),
  v.object({ kind: kind('password'), iamEndpoint: v.string(), domain: v.string(), user: v.string() }),
  v.object({
    kind: kind('environment'),
    family: v.union(v.literal('huaweicloud-sdk'), v.literal('cloud-sdk'), v.literal('terraform')),
  }),
  v.object({ kind: kind('sdk-file'), file: v.string(), section: v.string() }),
  v.object({ kind: kind('koocli'), file: v.string(), profile: v.string() }),
);
const version2 = v.object({
  version: v.literal(VERSION),
  profiles: v.array(
    v.object({
      ...sinceVersion1,
      name: v.string().optional(),
      projectName: v.string().optional(),
      source: sourceSchema,
      accessKeyStart: v.string().optional(),
      expiresAt: v.number().optional(),
      verifiedAt: v.number().optional(),
      isDefault: v.boolean().optional(),
    }),
  ),
});
/** Before, all keys were typed. */
const fileSchema = v.union(
  version2,
  version1.map(({ profiles }) => ({
    version: VERSION,
    profiles: profiles.map((profile): SavedProfile => ({ ...profile, source: { kind: 'stored' } })),
  })),
);

export class ProfileFile {
  private readonly file: string;

  constructor(private readonly parts: ProfileFileParts) {
    this.file = path.join(parts.directory, 'profiles.json');
  }

  /** Rejects where the file cannot be read or was written by a newer version, whose profiles are left alone. */
  async load(): Promise<readonly SavedProfile[]> {
    return (await this.read()) ?? (await withLock(this.parts, this.file, () => this.readOrSetAside()));
  }

  /** Changes what the file holds now, which may be more than this window knows; answers what it holds then. */
  async edit(change: (profiles: readonly SavedProfile[]) => readonly SavedProfile[]): Promise<readonly SavedProfile[]> {
    return withLock(this.parts, this.file, async (replace) => {
      const profiles = change(await this.readOrSetAside());
      const isReplaced = await replace(`${JSON.stringify({ version: VERSION, profiles }, null, 2)}\n`);
      if (!isReplaced) throw new Error('Another window changed the profiles at the same time.');
      return profiles;
    });
  }

  watch(listener: () => void): Disposable {
    return this.parts.files.watch(this.parts.directory, listener);
  }

  /** Undefined where the file does not hold profiles. */
  private async read(): Promise<readonly SavedProfile[] | undefined> {
    const read = readVersionedJson(await this.parts.files.read(this.file), VERSION, fileSchema);
    switch (read.kind) {
      case 'ours':
        return read.content.profiles;
      case 'absent':
        return [];
      case 'newer':
        throw new Error(`${this.file} was written by a newer version of this extension.`);
      case 'unreadable':
        return undefined;
    }
  }

  /** Under the lock: another window may have set it aside and begun a new one. */
  private async readOrSetAside(): Promise<readonly SavedProfile[]> {
    const profiles = await this.read();
    if (profiles !== undefined) return profiles;
    const aside = `${this.file}.unreadable-${randomUUID().slice(0, 8)}`;
    await this.parts.files.move(this.file, aside);
    this.parts.log.error(`${this.file} does not hold profiles; it was set aside as ${aside}.`);
    return [];
  }
}
