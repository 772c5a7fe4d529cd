/** A person's home folder on the disk, and the keys in it, which must appear nowhere else. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { KeySources } from '../../../src/credentials/sources/key-sources';
import { MAX_KEY_FILE_BYTES } from '../../../src/base/limits';
import { RegularFiles } from '../../../src/storage/regular-file';
import { FakeClock } from '../fake-clock';

export const ACCESS_KEY = 'PLANTEDACCESSKEY0001';
export const SECRET_KEY = 'PlantedSecretKey000000000000000000000001';
export const SECURITY_TOKEN = 'gQpjbi1ub3J0aC00PlantedToken+/=='.repeat(20);
export const PROJECT_ID = '7b7705dce1e84c1ba4dc5a2a4d9e0f11';
export const key = { accessKey: ACCESS_KEY, secretKey: SECRET_KEY };
export const temporaryKey = { ...key, securityToken: SECURITY_TOKEN };

export class Home {
  readonly environment: Record<string, string | undefined> = {};
  readonly clock = new FakeClock();
  readonly sources: KeySources;

  private constructor(readonly folder: string) {
    this.sources = new KeySources({
      environment: () => this.environment,
      home: folder,
      files: new RegularFiles({ clock: this.clock, maxBytes: MAX_KEY_FILE_BYTES }),
      clock: this.clock,
    });
  }

  static async create(): Promise<Home> {
    return new Home(await mkdtemp(path.join(os.tmpdir(), 'key-sources-')));
  }

  get sdkFile(): string {
    return path.join(this.folder, '.huaweicloud', 'credentials');
  }

  get kooCliFile(): string {
    return path.join(this.folder, '.hcloud', 'config.json');
  }

  async write(file: string, text: string | Uint8Array): Promise<void> {
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, text);
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}
