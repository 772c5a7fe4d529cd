import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { ALL_HOSTILE_INPUTS } from '../../support/hostile/all-hostile-inputs';
import { rowsIn, tableRows } from '../../support/hostile/security-table';

const FOLDER = path.join('test', 'support', 'hostile');

/** The names of all lists of hostile inputs. */
function listNames(): readonly string[] {
  const sources = readdirSync(FOLDER).map((name) => readFileSync(path.join(FOLDER, name), 'utf8'));
  return sources.flatMap((source) =>
    [...source.matchAll(/^export const (\w+): HostileInputs</gm)].map(([, name = '']) => name),
  );
}

describe('SECURITY.md', () => {
  it('says what is tested, with the present numbers of hostile inputs (npm run security-table updates it)', () => {
    assert.deepEqual(rowsIn(readFileSync('SECURITY.md', 'utf8')), tableRows());
  });

  it('leaves out no list of hostile inputs', () => {
    const registry = readFileSync(path.join(FOLDER, 'all-hostile-inputs.ts'), 'utf8');
    const [, listed = ''] = registry.split('ALL_HOSTILE_INPUTS');
    for (const name of listNames()) assert.match(listed, new RegExp(`\\b${name}\\b`));
    assert.equal(ALL_HOSTILE_INPUTS.length, listNames().length);
    assert.ok(ALL_HOSTILE_INPUTS.every(({ inputs }) => inputs.length > 0));
  });

  it('names each kind once', () => {
    const kinds = tableRows().map(([kind]) => kind);
    assert.equal(new Set(kinds).size, kinds.length);
  });
});
