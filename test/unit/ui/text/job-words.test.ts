import assert from 'node:assert/strict';
import fc from 'fast-check';
import { MAX_SHOWN_ID_LENGTH } from '../../../../src/base/limits';
import { shownName } from '../../../../src/ui/text/job-words';

describe('the shown form of an id or a type', () => {
  it('is the id itself if it has at most 64 plain characters', () => {
    const id = '9f5b432c-987e-4777-a1bc-6642be4b2b50';
    assert.equal(shownName(id), id);
    assert.equal(shownName('x'.repeat(MAX_SHOWN_ID_LENGTH)), 'x'.repeat(MAX_SHOWN_ID_LENGTH));
  });

  it('ends in … if the id is longer, also if its start is not plain', () => {
    assert.equal(shownName('x'.repeat(MAX_SHOWN_ID_LENGTH + 1)), `${'x'.repeat(MAX_SHOWN_ID_LENGTH)}…`);
    assert.equal(shownName(`${'\u202e'.repeat(4000)}x`), '…');
    assert.equal(shownName('e' + '\u0301'.repeat(20_000)), `e${'\u0301'.repeat(4)}…`);
  });

  it('has one line, no control character and no markup, whatever the id', () => {
    const text = fc.string({ unit: fc.constantFrom('\n', '\u202e', '$(', '](', 'a', ' '), maxLength: 2000 });
    fc.assert(
      fc.property(text, (id) => {
        const shown = shownName(id);
        assert.ok(shown.length <= MAX_SHOWN_ID_LENGTH + 1);
        assert.doesNotMatch(shown, /[\n\u202e]|\$\(|\]\(/);
      }),
    );
  });
});
