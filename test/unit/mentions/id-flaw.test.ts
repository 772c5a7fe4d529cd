import assert from 'node:assert/strict';
import { type IdFlaw, idFlawOf } from '../../../src/mentions/id-flaw';

const ID = '37d5c1fd-fa57-4c6d-bdcd-d523095c05e8';
const PLAIN = ID.replaceAll('-', '');
const without = (start: number, count = 1) => ID.slice(0, start) + ID.slice(start + count);

describe('the flaw of an id that is nearly a UUID', () => {
  const flawed: readonly (readonly [what: string, id: string, flaw: IdFlaw])[] = [
    ['lacks its last character', without(35), { kind: 'short', count: 1 }],
    ['lacks its first character', without(0), { kind: 'short', count: 1 }],
    ['lacks characters of several groups', '37d5c1fd-fa57-4c6d-bcd-d52095c05e8', { kind: 'short', count: 2 }],
    ...[5, 10, 15, 20, 30].map((at) => [`lacks character ${at}`, without(at), { kind: 'short', count: 1 }] as const),
    ['lacks its last five characters', without(31, 5), { kind: 'short', count: 5 }],
    ['has one more at the end', `${ID}a`, { kind: 'long', count: 1 }],
    ['has two more at the beginning', `0a${ID}`, { kind: 'long', count: 2 }],
    ['has a letter o for a zero', ID.replace('0', 'o'), { kind: 'letters', letters: 'o' }],
    ['has a letter l for a one, and a g', ID.replace('1', 'l').replace('d', 'g'), { kind: 'letters', letters: 'gl' }],
    ['has a capital O', ID.toUpperCase().replace('0', 'O'), { kind: 'letters', letters: 'O' }],
    ['lacks a hyphen', ID.replace('-', ''), { kind: 'hyphens' }],
    ['lacks all hyphens but one', ID.replace('-', '').replace('-', '').replace('-', ''), { kind: 'hyphens' }],
    ['has underscores for hyphens', ID.replaceAll('-', '_'), { kind: 'hyphens' }],
    ['lacks a hyphen and a character', without(8, 2), { kind: 'short', count: 1 }],
    ['has 31 digits without hyphens', PLAIN.slice(1), { kind: 'short', count: 1 }],
    ['has 33 digits without hyphens', `${PLAIN}0`, { kind: 'long', count: 1 }],
    [
      'has 32 characters without hyphens, one of them no digit',
      PLAIN.replace('0', 'o'),
      { kind: 'letters', letters: 'o' },
    ],
  ];
  for (const [what, id, flaw] of flawed) {
    it(`is found if it ${what}: ${id}`, () => {
      assert.deepEqual(idFlawOf(id), flaw);
    });
  }

  for (const id of [
    ID,
    ID.toUpperCase(),
    PLAIN,
    // Ids of other services, names and numbers.
    'ff8080827e7810fb017f06338a731328',
    '7ptlv4zdsm0j9qxw3hbc1kyfru5oa6ge',
    'job-1',
    '4711',
    '20260801123456789',
    'upgrade-of-lb-2026-08-01',
    'clone_0123456789',
    'a'.repeat(64),
    'elb-job-0a1b2c3d4e5f6071',
    '',
  ]) {
    it(`is none for an id of another form: ${id}`, () => {
      assert.equal(idFlawOf(id), undefined);
    });
  }

  it('is never found in a UUID without its beginning or end only: texts say more about these', () => {
    assert.equal(idFlawOf('37d5c1fd-fa57'), undefined);
  });
});
