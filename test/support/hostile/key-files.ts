/** Files that are no key files, at the place of one. */
import { execFileSync } from 'node:child_process';
import { mkdir, open, symlink, truncate, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { MAX_KEY_FILE_BYTES } from '../../../src/base/limits';
import type { UnreadableReason } from '../../../src/jobs/model/source-problem';
import type { HostileInputs } from './hostile-inputs';

export interface HostileKeyFile {
  readonly name: string;
  /** Makes the file; there is nothing at its path. @returns closes what must stay open while it is read */
  readonly make: (file: string) => Promise<() => void>;
  /** Undefined: it is read, as far as it is small. */
  readonly reason: UnreadableReason | undefined;
}

const keep = () => undefined;

const hostile = (
  name: string,
  reason: UnreadableReason | undefined,
  make: (file: string) => Promise<unknown>,
): HostileKeyFile => ({ name, reason, make: (file) => make(file).then(() => keep) });

const linkTo = (target: string) => (file: string) => symlink(target, file);

const pipe = (file: string) => {
  execFileSync('mkfifo', [file]);
  return Promise.resolve();
};

/** For Linux: Windows has none of these, and other systems have fewer. */
export const HOSTILE_KEY_FILES: HostileInputs<HostileKeyFile> = {
  kind: 'Key files',
  holds: 'at most 1 MiB is read, of regular files only, within 5 s, on at most two threads',
  inputs: [
    hostile('a pipe without a writer', 'not-a-file', pipe),
    hostile('a link to a pipe', 'not-a-file', async (file) => {
      await pipe(`${file}.pipe`);
      await symlink(`${file}.pipe`, file);
    }),
    {
      name: 'a socket',
      reason: 'not-a-file',
      make: (file) =>
        new Promise((resolve) => {
          const server = createServer().listen(file, () => {
            resolve(() => server.close());
          });
        }),
    },
    hostile('a folder', 'EISDIR', (file) => mkdir(file)),
    hostile('a link to /dev/zero', 'not-a-file', linkTo('/dev/zero')),
    hostile('a link to /dev/random', 'not-a-file', linkTo('/dev/random')),
    hostile('a link to /dev/tty', 'not-a-file', linkTo('/dev/tty')),
    hostile('a link to /dev/stdin', 'not-a-file', linkTo('/dev/stdin')),
    hostile('a link to itself', 'ELOOP', (file) => symlink(file, file)),
    hostile('a file of 4 GB without content', 'too-large', async (file) => {
      await writeFile(file, '');
      await truncate(file, 4 * 1024 ** 3);
    }),
    hostile('a file of one byte too many', 'too-large', (file) => writeFile(file, ' '.repeat(MAX_KEY_FILE_BYTES + 1))),
    hostile('a file of the kernel that gives no size', undefined, linkTo('/proc/self/status')),
    hostile('the memory of the process', 'EIO', linkTo('/proc/self/mem')),
    {
      name: 'a file that grows while it is read',
      reason: 'too-large',
      make: async (file) => {
        const handle = await open(file, 'w');
        const chunk = Buffer.alloc(256 * 1024, ' ');
        let isOpen = true;
        const grow = async () => {
          while (isOpen) await handle.write(chunk);
          await handle.close();
        };
        const growing = grow();
        while ((await handle.stat()).size <= MAX_KEY_FILE_BYTES) await new Promise(setImmediate);
        return () => {
          isOpen = false;
          void growing;
        };
      },
    },
    hostile('a million empty lines', 'not-ini', (file) => writeFile(file, `${'\n'.repeat(1_000_000)}x`)),
    hostile('a million lines', 'too-large', (file) => writeFile(file, `[basic]\n${'a\n'.repeat(500_000)}`)),
  ],
};
