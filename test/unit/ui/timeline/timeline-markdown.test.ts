import assert from 'node:assert/strict';
import fc from 'fast-check';
import { codeSpan, escaped } from '../../../../src/ui/text/markdown';
import { timelineMarkdown } from '../../../../src/ui/timeline/timeline-markdown';
import { type Cell, fromPage, keptKey } from '../../../../src/ui/timeline/timeline-page';

const columns = ['Sub-job', 'Began'];

describe('a timeline as Markdown', () => {
  it('is a table below the facts of the job, with times in UTC', () => {
    const rows = [
      [{ quoted: 'UPGRADE_INIT' }, { instant: Date.UTC(2024, 2, 23, 8, 20, 42) }],
      [{ text: 'Gap' }, {}],
    ];
    assert.equal(
      timelineMarkdown(['## UPGRADE', '', '| UPGRADE |'], { columns, rows }),
      '## UPGRADE\n\n| UPGRADE |\n\n| Sub-job | Began |\n| --- | --- |\n| `UPGRADE_INIT` | 2024-03-23T08:20:42Z |\n| Gap |  |\n',
    );
  });

  it('holds what the service sent as code that nothing in it can end', () => {
    const row = (quoted: string) => timelineMarkdown(['## x'], { columns, rows: [[{ quoted }, {}]] }).split('\n')[4];
    assert.equal(row('a|b'), '| `a\\|b` |  |');
    assert.equal(row('a`b``c'), '| ``` a`b``c ``` |  |');
    assert.equal(row('<img src=x>\n\n# [x](command:y)'), '| `<img src=x> # [x] (command:y)` |  |');
    assert.equal(row('\u202e\u0000'), '|  |  |');
  });

  it('has the same cells in every row, on one line, whatever they hold', () => {
    const text = fc.string({ unit: fc.constantFrom('`', '|', '\\', '\n', '\u202e', '<', 'a', ' ') });
    const cell: fc.Arbitrary<Cell> = fc.oneof(fc.record({ quoted: text }), fc.record({ text }), fc.constant({}));
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell)), (rows) => {
        const lines = timelineMarkdown(['## x'], { columns, rows }).split('\n');
        assert.equal(lines.length, rows.length + 5);
        for (const line of lines.slice(2, -1)) assert.equal(bordersIn(line), 3, line);
      }),
    );
  });
});

/** Bars that are not escaped. A table's row is split before code spans are read. */
function bordersIn(line: string): number {
  return line.match(/(?<!\\)\|/g)?.length ?? 0;
}

describe('text in Markdown', () => {
  it('is no link, not even where a reader of Markdown makes one of a bare address', () => {
    assert.equal(
      escaped('see https://evil.example or WWW.evil.example'),
      'see https\\://evil.example or WWW\\.evil.example',
    );
    assert.equal(escaped('mail a@b.example <b> *c*'), 'mail a\\@b.example \\<b\\> \\*c\\*');
    assert.equal(escaped('_www.evil.example'), '\\_www\\.evil.example');
    assert.equal(escaped('at 10:05 ratio 1:2'), 'at 10:05 ratio 1:2');
    assert.equal(codeSpan('https://elb.example'), '`https://elb.example`');
  });
});

describe('what a page of a timeline sends', () => {
  it('is one of two messages, or nothing', () => {
    assert.deepEqual(fromPage({ kind: 'copy', more: 1 }), { kind: 'copy' });
    for (const other of [undefined, null, 'copy', {}, { kind: 'run' }, []]) assert.equal(fromPage(other), undefined);
  });

  it('names its job after a reload, or none', () => {
    assert.equal(keptKey({ key: 'abc' }), 'abc');
    for (const other of [undefined, null, 'abc', {}, { key: 1 }]) assert.equal(keptKey(other), undefined);
  });
});
