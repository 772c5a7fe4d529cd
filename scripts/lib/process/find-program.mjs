// Finds programs on PATH.
import { accessSync, constants, statSync } from 'node:fs';
import path from 'node:path';

/**
 * Returns the full path of the first program that is found.
 * @param {readonly string[]} names
 * @returns {string | undefined}
 */
export function findOnPath(names) {
  // On Windows, a folder with a semicolon is in quotes.
  const folders = (process.env['PATH'] ?? '').split(path.delimiter).map((folder) => folder.replaceAll('"', ''));
  const endings = process.platform === 'win32' ? ['.exe', '.cmd', '.bat'] : [''];
  return names
    .flatMap((name) =>
      folders.filter(Boolean).flatMap((folder) => endings.map((ending) => path.join(folder, name + ending))),
    )
    .find(isExecutable);
}

/** @param {string} file */
export function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
