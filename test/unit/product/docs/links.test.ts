import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import manifest from '../../../../package.json';
import titles from '../../../../package.nls.json';
import { anchorsOf, markdownFiles, proseOf, readMarkdown } from '../../../support/product/markdown-files';
import { localizedStrings } from '../../../support/product/localized-strings';

const files = markdownFiles();
const pages = files.filter((file) => file.startsWith('docs/'));
const found = (pattern: RegExp, text: string) => [...text.matchAll(pattern)].map(([, name = '']) => name);

/** Ids of this extension that code spans may name: settings, commands and views. */
const IDS = new Set([
  ...Object.keys(manifest.contributes.configuration.properties),
  ...manifest.contributes.commands.map(({ command }) => command),
  ...Object.values(manifest.contributes.views).flatMap((views) => views.map(({ id }) => id)),
]);
const COMMAND_TITLES = new Set(
  Object.entries(titles).flatMap(([key, title]) => (/^command\..*\.title$/.test(key) ? [title] : [])),
);
/** Of VS Code. */
const TITLES_OF_EDITOR = ['Preferences: Configure Runtime Arguments'];

describe('the Markdown files', () => {
  it('have no link to a file or a heading that does not exist', () => {
    assert.ok(pages.length >= 4 && files.includes('README.md'));
    for (const file of files) {
      for (const link of found(/\]\(([^)\s]+)\)/g, proseOf(file))) {
        if (/^[a-z]+:/.test(link)) continue;
        const [target = '', anchor] = link.split('#');
        const linked = target === '' ? file : path.posix.join(path.posix.dirname(file), target);
        assert.ok(existsSync(linked), `${file}: ${link}`);
        assert.ok(anchor === undefined || anchorsOf(linked).has(anchor), `${file}: ${link}`);
      }
    }
  });

  it('name only settings, commands and views that exist', () => {
    for (const file of files) {
      for (const id of found(/`(elbJobs\.[\w.]+)`/g, readMarkdown(file))) {
        assert.ok(IDS.has(id) || file === 'CHANGELOG.md', `${file}: ${id}`);
      }
      for (const title of found(/\*\*ELB Jobs: ([^*]+)\*\*/g, proseOf(file))) {
        assert.ok(COMMAND_TITLES.has(title) || file === 'CHANGELOG.md', `${file}: ${title}`);
      }
    }
  });

  it('of docs/ have in bold only the words of commands, buttons and rows, apart from the beginnings of lines', () => {
    const messages = localizedStrings('src');
    for (const file of pages) {
      const text = proseOf(file).replace(/^(?:[-|>] )?\*\*[^*]+\*\*/gm, '');
      const words = found(/\*\*([^*]+)\*\*/g, text);
      for (const word of words) {
        const isKnown = COMMAND_TITLES.has(word) || messages.has(word) || TITLES_OF_EDITOR.includes(word);
        assert.ok(isKnown || word.startsWith('ELB Jobs: '), `${file}: ${word}`);
      }
    }
  });
});
