import assert from 'node:assert/strict';
import { escapedJson, escapedLine, oneLine } from '../../../src/base/one-line';
import { HIDDEN_CHARACTERS } from '../../support/hostile/hidden-characters';
import { assertLinearCost } from '../../support/linear-cost';

describe('a text on one line', () => {
  for (const [name, hidden] of HIDDEN_CHARACTERS.inputs) {
    it(`shows no ${name}`, () => {
      const line = oneLine(`a${hidden}b${hidden}`);
      assert.match(line, /^a ?b$/);
    });
  }

  it('has few marks on each character, so that none covers other rows', () => {
    assert.equal(oneLine(`Z${'\u0337'.repeat(500)}x`), `Z${'\u0337'.repeat(4)}x`);
  });

  it('keeps the letters of all languages, and emoji', () => {
    for (const text of ['负载均衡 😀', 'Zürich é e\u0301', 'नमस्ते', 'ที่นี่', 'مرحبا', '한국어', 'a – “b” … €'])
      assert.equal(oneLine(text), text);
  });

  it('is made in time proportional to the text', () => {
    for (const part of ['a', '\u0301', '\u202e', 'a\u202e', '\n', '负', '\ud800', '\ufe0f', ' a'])
      assertLinearCost(1_000_000, (size) => oneLine(part.repeat(size)), JSON.stringify(part));
  });
});

describe('a JSON document', () => {
  for (const [name, hidden] of HIDDEN_CHARACTERS.inputs) {
    it(`has escapes for ${name}, and the same value`, () => {
      const value = { [`k${hidden}`]: [`a${hidden}b`, { c: `${hidden}\n` }] };
      const json = JSON.stringify(value, undefined, 2);
      const escaped = escapedJson(json);
      assert.deepEqual(JSON.parse(escaped), value);
      assert.match(escaped, /^(?:[ -~]|\n)*$/);
    });
  }

  it('is the same text if it has no hidden characters', () => {
    const json = JSON.stringify({ name: '负载均衡 😀', list: [1, '\n\t"\\'] }, undefined, 2);
    assert.equal(escapedJson(json), json);
  });
});

describe('an id to copy', () => {
  it('is exact, with escapes for hidden characters', () => {
    assert.equal(escapedLine('37d5c1fd-fa57-4c6d-bdcd-d523095c05e8'), '37d5c1fd-fa57-4c6d-bdcd-d523095c05e8');
    assert.equal(escapedLine('37d5\u202ec1fd\nrm\u009b'), '37d5\\u202ec1fd\\u000arm\\u009b');
    assert.equal(escapedLine('\u{e0041}'), '\\udb40\\udc41');
  });
});
