/** Finds the files in folders, and in the folders in these. */
import { readdir } from 'node:fs/promises';
import path from 'node:path';

export async function filesBelow(...folders: string[]): Promise<string[]> {
  const found: string[] = [];
  for (const folder of folders) {
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
      if (entry.isFile()) found.push(path.join(entry.parentPath, entry.name));
    }
  }
  return found;
}
