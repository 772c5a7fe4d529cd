/** Small files that are replaced whole, so that a reader never sees half of one. */
import { randomUUID } from 'node:crypto';
import { access, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';

/** Rejects with the file system's error where it could not be written; what was there is then untouched. */
export async function replaceFile(file: string, text: string): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  const temporary = `${file}.${randomUUID()}.tmp`;
  try {
    const handle = await open(temporary, 'wx', 0o600);
    try {
      await handle.writeFile(text, 'utf8');
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  } catch (cause) {
    await rm(temporary, { force: true });
    throw cause;
  }
}

/** The text of a file; undefined where there is none. */
export async function readFileIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    if (isFileError(cause, 'ENOENT')) return undefined;
    throw cause;
  }
}

export async function isThere(file: string): Promise<boolean> {
  try {
    await access(file);
    return true;
  } catch (cause) {
    if (isFileError(cause, 'ENOENT')) return false;
    throw cause;
  }
}

export function isFileError(cause: unknown, code: string): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === code;
}

/** Moves a file that cannot be read out of the way without losing it; answers its new name. */
export async function setAside(file: string): Promise<string> {
  const aside = `${file}.unreadable-${randomUUID().slice(0, 8)}`;
  await rename(file, aside);
  return aside;
}
