import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { folders } from '../../../../scripts/lint/folder-imports.mjs';
import { STORAGE_FOLDERS } from '../../../../src/storage/storage-folders';
import { readMarkdown } from '../../../support/product/markdown-files';

const page = readMarkdown('docs/architecture.md');
const [, tree = ''] = /^```text\n(src\/\n[^]*?)^```$/m.exec(page) ?? [];

/** The folders and files of the tree, by their indents; a line may name several. */
function namedPaths(): readonly string[] {
  const parents: { readonly indent: number; readonly path: string }[] = [];
  return tree.split('\n').flatMap((line) => {
    const [, blanks = '', names = ''] = /^( *)(\S+(?: {1,2}(?:\(with )?\S+\/\)?| {1,2}\S+\.ts)*)/.exec(line) ?? [];
    const found = names.match(/[\w.*-]+(?:\/|\.\w+)/g) ?? [];
    while ((parents.at(-1)?.indent ?? -1) >= blanks.length) parents.pop();
    const parent = parents.at(-1)?.path ?? '';
    const paths = found.map((name, index) =>
      // `timeline/ (with webview/)`
      line.includes(`(with ${name})`)
        ? path.posix.join(parent, found[index - 1] ?? '', name)
        : path.posix.join(parent, name),
    );
    if (paths[0] !== undefined) parents.push({ indent: blanks.length, path: paths[0] });
    return paths;
  });
}

describe('the page about the architecture', () => {
  it('names folders and files that exist', () => {
    const paths = namedPaths();
    assert.ok(paths.length > 50, paths.join(' '));
    for (const each of paths) if (!each.includes('*')) assert.ok(existsSync(each), each);
    for (const [, name = ''] of page.matchAll(/`([\w/-]+\/|[\w/-]+\.(?:ts|mjs))`/g)) {
      assert.ok(
        existsSync(name) ||
          existsSync(path.join('src', name)) ||
          name === 'fingerprint.ts' ||
          name === 'segment-line.ts',
        name,
      );
    }
  });

  it('leaves out no folder of src/', () => {
    const named = new Set(namedPaths().map((each) => each.replace(/^src\/|\/$/g, '')));
    const missing = Object.keys(folders).filter((name) => name !== '.' && !named.has(name));
    // Their parent describes them.
    assert.deepEqual(
      missing.filter((name) => !/^(?:base\/json|composition|simulator\/\w+)$/.test(name)),
      [],
    );
  });

  it('names the folders of the global storage', () => {
    const [, listed = ''] = /global storage: ([^\n]+)/.exec(page) ?? [];
    assert.deepEqual(listed.split(', ').sort(), Object.values(STORAGE_FOLDERS).sort());
  });
});
