import assert from 'node:assert/strict';
import type { PageRow } from '../../../../src/ui/timeline/timeline-page';
import { changedStatuses, statusesOf } from '../../../../src/ui/timeline/webview/changed-statuses';

const row = (id: string, tone: PageRow['tone'], status: string): PageRow => ({
  ...{ id, kind: 'sub-job', tone, name: { quoted: `part ${id}` }, status: { quoted: status } },
  ...{ duration: '', details: [] },
});

describe('what a screen reader says of a timeline', () => {
  it('is nothing if no status has changed, however long the rows take', () => {
    const rows = [row('1', 'in-progress', 'RUNNING'), row('2', 'succeeded', 'SUCCESS')];
    assert.equal(changedStatuses(statusesOf(rows), [...rows.map((each) => ({ ...each, duration: '2 s' }))]), '');
    const gap: PageRow = { ...row('3', 'unknown', ''), kind: 'gap', status: {} };
    assert.equal(changedStatuses(statusesOf(rows), [...rows, gap]), '');
  });

  it('is short and has no failure missing if 40 sub-jobs end at once', () => {
    const ids = Array.from({ length: 40 }, (_, index) => String(index));
    const before = statusesOf(ids.map((id) => row(id, 'in-progress', 'RUNNING')));
    const after = ids.map((id) => (id === '33' ? row(id, 'failed', 'FAIL') : row(id, 'succeeded', 'SUCCESS')));
    assert.equal(
      changedStatuses(before, after),
      'part 33: FAIL; part 0: SUCCESS; part 1: SUCCESS; part 2: SUCCESS; part 3: SUCCESS; +35',
    );
  });
});
