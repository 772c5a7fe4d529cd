import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { linksOf, withoutRelativeLinks } from '../../../scripts/lib/editor/marketplace-links.mjs';
import { isPreReleaseVersion } from '../../../scripts/lib/editor/package-extension.mjs';

interface Manifest {
  readonly [field: string]: unknown;
  readonly version: string;
  readonly publisher: string;
  readonly name: string;
  readonly icon: string;
  readonly keywords: readonly string[];
  readonly categories: readonly string[];
  readonly engines: { readonly vscode: string };
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly galleryBanner: { readonly color: string; readonly theme: string };
}

const read = (file: string) => readFileSync(file, 'utf8');
const manifest = JSON.parse(read('package.json')) as Manifest;
const PAGES = ['README.md', 'CHANGELOG.md'];
/** The addresses of the pictures of a text. */
const picturesOf = (markdown: string) => [...markdown.matchAll(/!\[[^\]]*\]\(([^)\s]+)\)/g)].map(([, url = '']) => url);
/** The addresses of the links of a text, without its code. */
const linksIn = (markdown: string) =>
  [...markdown.replace(/^```[^]*?^```/gm, '').matchAll(/\]\(([^)\s]+)\)/g)].map(([, url = '']) => url);

const REPOSITORY = 'https://github.com/example/elb-job-tracker';

/** Limits of Open VSX (ExtensionValidator.java), of the Marketplace's documentation, and of vsce. */
describe('the marketplaces', () => {
  it('accept the names, and have no reason to cut them', () => {
    for (const language of ['package.nls.json', 'package.nls.zh-cn.json']) {
      const { displayName = '', description = '' } = JSON.parse(read(language)) as Record<string, string>;
      assert.ok(displayName.length > 0 && displayName.length <= 50, displayName);
      assert.ok(description.length > 0 && description.length <= 200, description);
    }
    assert.match(manifest.name, /^[a-z0-9-]+$/);
    assert.match(manifest.publisher, /^[a-z0-9][a-z0-9-]*$/);
    // The Marketplace has no other form of a version, and no pre-release suffix.
    assert.match(manifest.version, /^\d+\.\d+\.\d+$/);
  });

  it('find the extension by at most 30 keywords, together with those that vsce adds', () => {
    const addedByVsce = ['keybindings', 'tools', 'language-model-tools'];
    assert.ok(manifest.keywords.length + addedByVsce.length <= 30);
    assert.equal(new Set(manifest.keywords).size, manifest.keywords.length);
    for (const word of ['huawei cloud', 'elb', '华为云', '弹性负载均衡'])
      assert.ok(manifest.keywords.includes(word), word);
    for (const word of manifest.keywords) assert.ok(word.length <= 50, word);
  });

  it('get every field that they show', () => {
    assert.deepEqual(manifest.categories, ['Other']);
    assert.deepEqual([manifest['pricing'], manifest['qna'], manifest['preview']], ['Free', false, false]);
    assert.match(manifest.galleryBanner.color, /^#[0-9a-f]{6}$/);
    assert.equal(manifest.galleryBanner.theme, 'dark');
    assert.equal(manifest['license'], 'MIT');
    assert.match(read('LICENSE'), /^MIT License/);
  });

  it('get an icon that is a square PNG of at least 128 pixels', () => {
    const icon = readFileSync(manifest.icon);
    assert.equal(icon.toString('latin1', 1, 4), 'PNG');
    const [width, height] = [icon.readUInt32BE(16), icon.readUInt32BE(20)];
    assert.equal(width, height);
    assert.ok(width >= 128, `${width} pixels`);
  });

  it('promise no VS Code that lacks an API in use: its types are those of the oldest version', () => {
    assert.equal(manifest.engines.vscode, `^${manifest.devDependencies['@types/vscode']}`);
  });

  it('show a changelog that has this version, first', () => {
    assert.equal(/^## (\S+)/m.exec(read('CHANGELOG.md'))?.[1], manifest.version);
  });

  for (const page of PAGES) {
    it(`show ${page} without an SVG or a broken picture or link`, () => {
      const text = read(page);
      assert.ok(!/<(?:img|svg|video)/i.test(text));
      for (const url of [...picturesOf(text), ...linksIn(text)]) {
        if (url.startsWith('#')) continue;
        if (/^\w+:/.test(url)) assert.match(url, /^https:/);
        else assert.ok(existsSync(url.replace(/#.*/, '')), url);
      }
      for (const url of picturesOf(text)) assert.match(url, /\.png$/);
    });

    it(`get a ${page} whose links all have the form that packaging knows`, () => {
      const text = read(page);
      assert.deepEqual(
        text.match(/\[!\[|\]\[|^ *\[[^\]]+\]:|^.+!\[|<a /gm),
        null,
        'no nested or indented link, no reference',
      );
      const all = text.match(/\]\(/g) ?? [];
      const plain = text.match(/\[[^[\]]*\]\([^()<>\s"]+\)/g) ?? [];
      assert.equal(plain.length, all.length, 'no title, angle bracket or parenthesis');
      assert.equal(linksIn(text.replace(/`[^`\n]+`/g, '')).length, all.length, 'no link in code');
    });
  }
});

describe('the package’s links', () => {
  it('come from the address of the repository, and name the files of the version', () => {
    const links = {
      repository: REPOSITORY,
      bugs: `${REPOSITORY}/issues`,
      homepage: `${REPOSITORY}#readme`,
      files: `${REPOSITORY}/blob/v1.2.3`,
      pictures: `${REPOSITORY}/raw/v1.2.3`,
    };
    for (const end of ['', '/', '.git', '.git/']) assert.deepEqual(linksOf(`${REPOSITORY}${end}`, '1.2.3'), links);
    assert.equal(linksOf('https://gitee.com/a/b.c.git', '1.0.0').pictures, 'https://gitee.com/a/b.c/raw/v1.0.0');
  });

  it('never come from an address that is not the one of a repository', () => {
    for (const address of [
      ...['', 'example/elb-job-tracker', 'http://github.com/a/b', 'git@github.com:a/b.git', 'https://github.com/a'],
      ...['https://user:word@github.com/a/b', 'https://github.com/a/b?c', 'https://github.com/a/b#c', 'https:// /a/b'],
      ...['https://github.com/a/b/tree/main', 'https://gitee.com/a/b/issues', 'https://example.com/a/b/../c'],
      ...[
        'https://github.com/a/..',
        'https://github.com:99999/a/b',
        'https://github.com/a/b\n',
        'https://github.com/a/b//',
      ],
    ]) {
      assert.throws(() => linksOf(address, '1.0.0'), /is not the address of a repository/, address);
    }
    assert.equal(linksOf('https://gitlab.com/a/b/c.git', '1.0.0').repository, 'https://gitlab.com/a/b/c');
  });

  it('never show the token in the address of a clone', () => {
    for (const address of ['https://token@github.com/a/b', 'https://user:to/ken@github.com/a/b?c'])
      assert.throws(() => linksOf(address, '1.0.0'), { message: /^(?!.*ken@)/ }, address);
  });

  it('are words if the repository is not known, and pictures are left out', () => {
    const text =
      '# A\n\n![A b](media/a.png)\n\nSee [B](B.md), [c d](docs/c.md#d), [e](https://e.example/) and [f](#f).\n';
    assert.equal(withoutRelativeLinks(text), '# A\n\nSee B, c d, [e](https://e.example/) and [f](#f).\n');
    const onWindows = text.replaceAll('\n', '\r\n');
    assert.equal(withoutRelativeLinks(onWindows), withoutRelativeLinks(text).replaceAll('\n', '\r\n'));
    assert.equal(withoutRelativeLinks('# A\n\n![last](media/a.png)'), '# A\n\n');
    for (const page of PAGES) {
      const left = withoutRelativeLinks(read(page));
      assert.deepEqual(picturesOf(left), []);
      assert.deepEqual(
        linksIn(left).filter((url) => !/^(?:https:|#)/.test(url)),
        [],
      );
    }
  });
});

describe('a pre-release', () => {
  it('is a version with an odd minor number', () => {
    assert.deepEqual(['1.0.0', '1.1.0', '1.2.1', '2.11.3'].map(isPreReleaseVersion), [false, true, false, true]);
  });
});
