import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { newlyTracked, type TrackedJob, withResponse } from '../../../../src/jobs/model/tracked-job';
import { filterWords } from '../../../../src/ui/tree/arrangement-words';
import { pickFilter } from '../../../../src/ui/tree/filter-picker';
import { type JobFilter, NO_FILTER } from '../../../../src/ui/tree/job-arrangement';
import { TreeOptions } from '../../../../src/ui/tree/tree-options';
import { OpenQuickPick } from '../../../support/host/quick-input';
import { replaceProperty } from '../../../support/host/replace-property';
import { jobAt, reference } from '../../../support/samples';

const jobs: readonly TrackedJob[] = ['RUNNING', 'RUNNING', 'FAIL'].map((status, index) => {
  const tracked = newlyTracked({ ...reference, jobId: `job-${index}` }, index);
  return withResponse(tracked, { job: jobAt(status, { jobType: index === 0 ? 'UPGRADE' : 'cloneListener' }) }, index);
});
const PROJECT = `${reference.endpoint} ${reference.projectId}`;

describe('the list of filters', () => {
  let restore: () => void;
  let pick: OpenQuickPick;

  beforeEach(() => {
    pick = new OpenQuickPick();
    restore = replaceProperty(vscode.window, 'createQuickPick', () => pick);
  });

  afterEach(() => {
    restore();
  });

  const ask = (current: Partial<JobFilter> = {}) =>
    pickFilter({ current: { ...NO_FILTER, ...current }, jobs, nameOf: () => 'shop' });
  const row = (label: string) => pick.items.find((each) => each.label === label) ?? assert.fail(`No row: ${label}`);
  const ticked = () => pick.selectedItems.map(({ label }) => label);
  const tick = (...labels: string[]) => {
    pick.tick(labels.map(row));
  };

  it('has the states, projects and types in one list, with the number of jobs, and ticks the current filter', () => {
    void ask({ filter: ['failed'], types: ['UPGRADE', 'gone'], text: 'CHG' });
    assert.deepEqual(
      pick.items.map(({ label, description = '' }) => `${label} ${description}`.trim()),
      [
        'Contains “CHG” in the name, ID, type or status',
        'Status',
        ...[
          'Running 2',
          'Waiting for completion or rollback 0',
          'Failed 1',
          'Succeeded 0',
          'Cancelled 0',
          'Status unknown 0',
        ],
        'Not seen yet 1',
        ...['Project', 'shop 3'],
        ...['Type', 'UPGRADE 1', 'gone 0', 'cloneListener 2'],
      ],
    );
    assert.deepEqual(ticked(), ['Contains “CHG”', 'Failed', 'UPGRADE', 'gone']);
  });

  it('takes all ticked rows', async () => {
    const answer = ask({ filter: ['failed'], text: 'CHG' });
    tick('Running', 'Not seen yet', 'shop', 'cloneListener');
    pick.accept();
    assert.deepEqual(await answer, {
      ...{ filter: ['running', 'unseen'], projects: [PROJECT], types: ['cloneListener'] },
      text: '',
    });
  });

  it('takes what is typed without a tick, and always shows it, so that it is never empty', async () => {
    const answer = ask({ filter: ['failed'] });
    pick.type(' CHG ');
    const [first] = pick.items;
    assert.deepEqual([first?.label, first?.alwaysShow], ['Contains “CHG”', true]);
    assert.deepEqual([pick.activeItems, ticked()], [[first], ['Failed']]);
    pick.accept();
    assert.deepEqual(await answer, { ...NO_FILTER, filter: ['failed'], text: 'CHG' });
  });

  it('takes what is typed also if the editor reports the rows that the list has ticked itself', async () => {
    const answer = ask({ filter: ['failed'] });
    const reportTicks = () => {
      const set = pick.selectedItems;
      pick.tick([]);
      pick.tick(set);
    };
    reportTicks();
    pick.type('CHG');
    reportTicks();
    pick.accept();
    assert.deepEqual(await answer, { ...NO_FILTER, filter: ['failed'], text: 'CHG' });
  });

  it('takes no row for Enter after a tick that the person has removed again', async () => {
    const answer = ask();
    tick('Running');
    tick();
    pick.accept();
    assert.deepEqual(await answer, NO_FILTER);
  });

  it('takes a row that the person moved to or ticked after typing, instead of the typed text', async () => {
    let answer = ask();
    pick.type('run');
    pick.activeItems = [row('Running')];
    pick.accept();
    assert.deepEqual(await answer, { ...NO_FILTER, filter: ['running'] });
    pick = new OpenQuickPick();
    answer = ask();
    pick.type('run');
    tick('Running');
    pick.accept();
    assert.deepEqual(await answer, { ...NO_FILTER, filter: ['running'] });
  });

  it('lists all jobs again if every tick is removed, and keeps a text while its tick stays', async () => {
    let answer = ask({ filter: ['failed'], text: 'CHG' });
    tick();
    pick.accept();
    assert.deepEqual(await answer, NO_FILTER);
    pick = new OpenQuickPick();
    answer = ask({ text: 'CHG' });
    pick.type('CHG-2');
    assert.deepEqual(ticked(), ['Contains “CHG-2”']);
    pick.type('');
    assert.deepEqual(ticked(), ['Contains “CHG”']);
    pick.accept();
    assert.deepEqual(await answer, { ...NO_FILTER, text: 'CHG' });
  });
});

describe('a saved filter', () => {
  const read = (saved: unknown) => {
    const memento = { get: () => saved, update: () => Promise.resolve() } as unknown as vscode.Memento;
    return new TreeOptions(memento).current;
  };

  it('is read from the format before, and without its damaged parts', () => {
    const before = read({ grouping: 'type', order: 'oldest', filter: 'failed', text: 'CHG' });
    assert.deepEqual(before, { ...NO_FILTER, grouping: 'type', order: 'oldest', filter: ['failed'], text: 'CHG' });
    assert.deepEqual(read({ filter: 'all' }).filter, []);
    const damaged = read({ filter: ['odd', 'unseen', 'unseen'], projects: [1, 'p'], types: 'UPGRADE', text: null });
    assert.deepEqual(damaged, { ...read(undefined), filter: ['unseen'], projects: ['p'] });
  });

  it('is cut if it is too long to search each job for it', () => {
    const many = Array.from({ length: 100_000 }, (_, index) => `p${index}`);
    const { projects, types, text } = read({ projects: many, types: many, text: 'x'.repeat(1_000_000) });
    assert.deepEqual([projects.length, types.length, text.length], [100, 100, 500]);
  });

  it('is described in one line', () => {
    const filter: JobFilter = { filter: ['running', 'failed'], projects: [PROJECT], types: ['UPGRADE'], text: 'CHG' };
    assert.equal(
      filterWords(filter, () => 'shop'),
      'Running, Failed · shop · UPGRADE · “CHG”',
    );
    assert.equal(
      filterWords(NO_FILTER, () => 'shop'),
      '',
    );
  });
});
