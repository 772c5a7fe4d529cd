import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { sourceFiles } from '../../support/product/localized-strings';

interface Contributes {
  readonly commands: readonly { readonly command: string; readonly title: string; readonly category?: string }[];
  readonly menus: Readonly<
    Record<string, readonly { readonly command?: string; readonly when?: string; readonly group?: string }[]>
  >;
  readonly viewsWelcome: readonly { readonly contents: string; readonly when: string }[];
  readonly views: Readonly<Record<string, readonly { readonly id: string }[]>>;
}

const read = (file: string) => readFileSync(file, 'utf8');
const manifestText = read('package.json');
const { commands, menus, views, viewsWelcome } = (JSON.parse(manifestText) as { readonly contributes: Contributes })
  .contributes;
const sources = sourceFiles('src').map(read).join('\n');
const declared = new Set(commands.map(({ command }) => command));
const viewIds = Object.values(views).flatMap((all) => all.map(({ id }) => id));
/** Returns the first group of every match. */
const matchesOf = (text: string, pattern: RegExp) => new Set([...text.matchAll(pattern)].map(([, name = '']) => name));

describe('commands, menus and when clauses', () => {
  it('use only context keys that the code sets', () => {
    const clauses = [...matchesOf(manifestText, /"when": "((?:[^"\\]|\\.)+)"/g)].join('\n');
    const used = [...matchesOf(clauses, /\b(elbJobs\.\w+)/g)].filter((key) => !viewIds.includes(key));
    const set = matchesOf(sources, /setContext(?:',|\()\s*'([^']+)'/g);
    assert.ok(used.length > 0);
    assert.deepEqual(
      used.filter((key) => !set.has(key)),
      [],
      'Nothing sets these keys, so the clauses that use them never change.',
    );
  });

  it('show exactly one welcome text in each state of the empty view, and none before the state is known', () => {
    const terms = viewsWelcome.map(({ when }) => when.split(' && '));
    const keys = [...new Set(terms.flat().map((term) => term.replace('!', '')))];
    for (let state = 0; state < 2 ** keys.length; state += 1) {
      const isSet = (key: string) => (state & (1 << keys.indexOf(key))) !== 0;
      const holds = (term: string) => (term.startsWith('!') ? !isSet(term.slice(1)) : isSet(term));
      const shown = viewsWelcome.filter((_, index) => terms[index]?.every(holds));
      const isReady = isSet('elbJobs.isReady');
      assert.equal(shown.length, isReady ? 1 : 0, keys.filter(isSet).join(' '));
    }
  });

  it('suggest one thing to do in each state of the empty view and in each step of the walkthrough, the others as links', () => {
    for (const file of ['package.nls.json', 'package.nls.zh-cn.json']) {
      const texts = Object.entries(JSON.parse(read(file)) as Readonly<Record<string, string>>);
      const inviting = texts.filter(([key]) => /^welcome\.|^walkthrough\.\w+\.description$/.test(key));
      assert.ok(inviting.length > 10);
      for (const [key, text] of inviting) {
        // VS Code shows a line as a button if it is nothing but a link.
        const buttons = text.split('\n').filter((line) => /^\[[^\]]+\]\([^)]+\)$/.test(line));
        assert.equal(buttons.length, 1, `${file}: ${key}`);
      }
    }
  });

  it('refer only to views that exist', () => {
    for (const view of matchesOf(manifestText, /\bview == ([\w.]+)/g)) assert.ok(viewIds.includes(view), view);
  });

  it('include every command that the code runs or a welcome text links to', () => {
    const ofViews = new Set(viewIds.flatMap((id) => [`${id}.focus`, `${id}.open`]));
    const texts = [read('package.nls.json'), read('package.nls.zh-cn.json')];
    const links = texts.map((text) => matchesOf(text, /\(command:([\w.]+)/g));
    const run = [
      ...matchesOf(sources, /executeCommand\(\s*'(elbJobs\.[^']+)'/g),
      ...matchesOf(sources, /\.command = '(elbJobs\.[^']+)'/g),
      ...links.flatMap((each) => [...each]).filter((command) => command.startsWith('elbJobs.')),
    ];
    assert.deepEqual(
      run.filter((command) => !declared.has(command) && !ofViews.has(command)),
      [],
    );
    assert.deepEqual(
      [...(links[0] ?? [])].sort(),
      [...(links[1] ?? [])].sort(),
      'both languages link to the same commands',
    );
  });

  it('have translated titles and categories', () => {
    for (const { command, title, category } of commands) {
      assert.match(title, /^%[^%]+%$/, command);
      if (category !== undefined) assert.match(category, /^%[^%]+%$/, command);
    }
  });

  it('never have two commands at one position of a menu at the same time', () => {
    for (const [menu, entries] of Object.entries(menus)) {
      const placed = entries.filter(({ group = '' }) => /@\d+$/.test(group));
      for (const [index, one] of placed.entries()) {
        const other = placed
          .slice(index + 1)
          .find((each) => each.group === one.group && !excludes(each.when, one.when));
        assert.equal(other, undefined, `${menu}: another command has the position of ${one.command ?? ''}`);
      }
    }
  });

  it('contain no duplicate menu entry', () => {
    for (const [menu, entries] of Object.entries(menus)) {
      const keys = entries.map((entry) => JSON.stringify(entry));
      assert.equal(new Set(keys).size, keys.length, menu);
    }
  });
});

/** Returns whether two conditions can never both be true, judged by their `&&` parts. */
function excludes(one = '', other = ''): boolean {
  const [parts, others] = [one.split(' && '), other.split(' && ')];
  const denies = (part: string, of: readonly string[]) => of.includes(`!${part}`) || of.includes(`!(${part})`);
  if (parts.some((part) => denies(part, others)) || others.some((part) => denies(part, parts))) return true;
  const [word, otherWord] = [parts, others].map((each) => /viewItem == (\S+)/.exec(each.join())?.[1]);
  if (word !== undefined && otherWord !== undefined) return word !== otherWord;
  const viewItem = word ?? otherWord;
  const expression = /viewItem =~ \/(.+?)\/(?:,|$)/.exec([...parts, ...others].join())?.[1];
  return viewItem !== undefined && expression !== undefined && !new RegExp(expression).test(viewItem);
}
