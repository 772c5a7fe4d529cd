/** Lists the files in folders and all their subfolders. */
import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';

/** @returns paths; skips folders that are removed meanwhile. */
export async function filesBelow(...folders: string[]): Promise<string[]> {
  const lists = await Promise.all(folders.map(async (folder) => filesOf(folder, await readdir(folder, ENTRIES))));
  return lists.flat();
}

const ENTRIES = { withFileTypes: true } as const;

async function filesOf(folder: string, entries: readonly Dirent[]): Promise<string[]> {
  const lists = await Promise.all(
    entries.map(async (entry) => {
      const found = path.join(folder, entry.name);
      if (entry.isDirectory()) return filesOf(found, await readdir(found, ENTRIES).catch(ifGone));
      return entry.isFile() ? [found] : [];
    }),
  );
  return lists.flat();
}

function ifGone(error: NodeJS.ErrnoException): Dirent[] {
  if (error.code === 'ENOENT') return [];
  throw error;
}
