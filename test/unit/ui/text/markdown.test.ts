import assert from 'node:assert/strict';
import { codeSpan, escapeMarkdown } from '../../../../src/ui/text/markdown';

describe('text in Markdown', () => {
  it('is never a link, not even for readers that turn bare addresses into links', () => {
    assert.equal(
      escapeMarkdown('see https://evil.example or WWW.evil.example'),
      'see https\\://evil.example or WWW\\.evil.example',
    );
    assert.equal(escapeMarkdown('mail a@b.example <b> *c*'), 'mail a\\@b.example \\<b\\> \\*c\\*');
    assert.equal(escapeMarkdown('_www.evil.example'), '\\_www\\.evil.example');
    assert.equal(escapeMarkdown('at 10:05 ratio 1:2'), 'at 10:05 ratio 1:2');
    assert.equal(codeSpan('https://elb.example'), '`https://elb.example`');
  });

  it('ends no cell of a table, whether a program reads the escapes of a code span from the left or not', () => {
    for (const text of ['a|b', 'a\\|b', 'a\\\\|b', '`|`\\|', '|\\|\\\\|', '\\|https://evil.example']) {
      for (const cell of [codeSpan(text), escapeMarkdown(text)]) {
        assert.doesNotMatch(cell.replace(/\\[\\|]/g, ''), /\|/, cell);
        assert.doesNotMatch(cell, /(?<!\\)\|/, cell);
      }
    }
    assert.equal(codeSpan('a|b'), '`a\\|b`');
  });
});
