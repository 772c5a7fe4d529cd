import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { localizedStrings, sourceFiles } from '../../support/product/localized-strings';

interface Manifest {
  readonly contributes: {
    readonly commands: readonly { readonly command: string; readonly category?: string }[];
    readonly configuration: { readonly properties: Readonly<Record<string, unknown>> };
  };
}

const read = (file: string) => readFileSync(file, 'utf8');
const parse = (file: string) => JSON.parse(read(file)) as Readonly<Record<string, string>>;
const manifestText = read('package.json');
const manifest = JSON.parse(manifestText) as Manifest;
const sources = sourceFiles('src').map(read).join('\n');
const sorted = (texts: Iterable<string>) => [...new Set(texts)].sort();

describe('the manifest', () => {
  it('declares exactly the settings that the code reads', () => {
    const readSettings = [...sources.matchAll(/getConfiguration\('elbJobs'\)\.get(?:<[^>]+>)?\('([^']+)'\)/g)];
    assert.deepEqual(
      sorted(readSettings.map(([, name]) => `elbJobs.${name ?? ''}`)),
      sorted(Object.keys(manifest.contributes.configuration.properties)),
    );
  });

  it('refers only to declared commands in menus', () => {
    const declared = new Set(manifest.contributes.commands.map(({ command }) => command));
    for (const [, command] of manifestText.matchAll(/"command": "([^"]+)"/g)) {
      assert.ok(declared.has(command ?? ''), command);
    }
  });

  it('has one command without a category, so that the palette shows: Track ELB Job', () => {
    const plain = manifest.contributes.commands.filter(({ category }) => category === undefined);
    assert.deepEqual(
      plain.map(({ command }) => command),
      ['elbJobs.track'],
    );
    assert.equal(parse('package.nls.json')['command.track.title'], 'Track ELB Job');
  });

  it('refers only to media files that exist', () => {
    for (const text of [manifestText, read('package.nls.json'), read('package.nls.zh-cn.json')]) {
      for (const [, file] of text.matchAll(/"(media\/[^"]+)"/g)) assert.ok(existsSync(file ?? ''), file);
    }
  });
});

describe('the translations', () => {
  it('contain every %key% of the manifest, and no others', () => {
    const used = sorted([...manifestText.matchAll(/"%([^%"]+)%"/g)].map(([, key]) => key ?? ''));
    assert.deepEqual(sorted(Object.keys(parse('package.nls.json'))), used);
    assert.deepEqual(sorted(Object.keys(parse('package.nls.zh-cn.json'))), used);
  });

  it('contain every message of the code in Simplified Chinese, and no others', () => {
    assert.deepEqual(sorted(Object.keys(parse('l10n/bundle.l10n.zh-cn.json'))), sorted(localizedStrings('src')));
  });

  it('have the same placeholders in both languages', () => {
    const values = (text: string) => sorted(text.match(/\{\w+\}/g) ?? []);
    for (const [english, chinese] of Object.entries(parse('l10n/bundle.l10n.zh-cn.json'))) {
      assert.deepEqual(values(chinese), values(english), english);
    }
  });
});
