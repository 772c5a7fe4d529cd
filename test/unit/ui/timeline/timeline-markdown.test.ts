import assert from 'node:assert/strict';
import fc from 'fast-check';
import { timelineMarkdown } from '../../../../src/ui/timeline/timeline-markdown';
import { type Cell, fromPage, savedKey } from '../../../../src/ui/timeline/timeline-page';

const columns = ['Sub-job', 'Began'];

describe('a timeline as Markdown', () => {
  it('is a table below the facts about the job, with times in UTC', () => {
    const rows = [
      [{ quoted: 'UPGRADE_INIT' }, { instant: Date.UTC(2024, 2, 23, 8, 20, 42) }],
      [{ text: 'Gap' }, {}],
    ];
    assert.equal(
      timelineMarkdown(['## UPGRADE', '', '| UPGRADE |'], { columns, rows }),
      '## UPGRADE\n\n| UPGRADE |\n\n| Sub-job | Began |\n| --- | --- |\n| `UPGRADE_INIT` | 2024-03-23T08:20:42Z |\n| Gap |  |\n',
    );
  });

  it('holds texts from the service as code spans that no text can end', () => {
    const row = (quoted: string) => timelineMarkdown(['## x'], { columns, rows: [[{ quoted }, {}]] }).split('\n')[4];
    assert.equal(row('a|b'), '| `a\\|b` |  |');
    assert.equal(row('a`b``c'), '| ``` a`b``c ``` |  |');
    assert.equal(row('<img src=x>\n\n# [x](command:y)'), '| `<img src=x> # [x] (command:y)` |  |');
    assert.equal(row('\u202e\u0000'), '|  |  |');
  });

  it('has one line and the same number of cells for each row, whatever they hold', () => {
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

/** Counts the bars that are not escaped: Markdown splits a table row before it reads code spans. */
function bordersIn(line: string): number {
  return line.match(/(?<!\\)\|/g)?.length ?? 0;
}

describe('data from a timeline page', () => {
  it('is a message only if it has one of three kinds', () => {
    for (const kind of ['ready', 'copy', 'open-json']) assert.deepEqual(fromPage({ kind, key: 'other' }), { kind });
    for (const other of [undefined, null, 'copy', {}, { kind: 'run' }, { kind: ['copy'] }, { kind: '' }, []]) {
      assert.equal(fromPage(other), undefined);
    }
  });

  it('is saved state only if it has a key', () => {
    assert.equal(savedKey({ key: 'abc' }), 'abc');
    for (const other of [undefined, null, 'abc', {}, { key: 1 }]) assert.equal(savedKey(other), undefined);
  });
});
