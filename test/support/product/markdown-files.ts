/** Reads the Markdown files of the project. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** Folders that hold no files of the project. */
const OTHERS: ReadonlySet<string> = new Set(['node_modules', 'out', 'dist', 'fixtures']);

/** Paths relative to the project, with slashes. */
export function markdownFiles(folder = '.'): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const file = path.posix.join(folder, entry.name);
    if (entry.isDirectory()) return entry.name.startsWith('.') || OTHERS.has(entry.name) ? [] : markdownFiles(file);
    return entry.isFile() && entry.name.endsWith('.md') ? [file] : [];
  });
}

export const readMarkdown = (file: string) => readFileSync(file, 'utf8').replaceAll('\r\n', '\n');

/** @returns the text without blocks of code */
export function proseOf(file: string): string {
  return readMarkdown(file).replace(/^```[^]*?^```$/gm, '');
}

/** @returns the anchors that GitHub and VS Code give to headings */
export function anchorsOf(file: string): ReadonlySet<string> {
  return new Set([...proseOf(file).matchAll(/^#+ (.+)$/gm)].map(([, title = '']) => anchorOf(title)));
}

function anchorOf(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-');
}
