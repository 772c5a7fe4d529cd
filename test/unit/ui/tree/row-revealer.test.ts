import assert from 'node:assert/strict';
import { RowRevealer } from '../../../../src/ui/tree/row-revealer';
import { FakeClock, settle } from '../../../support/fake-clock';
import { MemoryLog } from '../../../support/samples';
import { HOUR, MINUTE, SECOND } from '../../../../src/base/time-units';

/** A view whose drawing a test controls. */
class View {
  visible = true;
  selected: readonly string[] = ['before'];
  readonly removed = new Set<string>();
  /** The rows that it has not drawn. */
  readonly missing = new Set<string>();
  /** How it treats a row that is missing. */
  missingRow: 'rejected' | 'ignored' = 'ignored';
  /** By row: how long the view is busy before it shows the row; undefined: it never answers. */
  readonly delays = new Map<string, number | undefined>();
  readonly asked: { readonly row: string; readonly focus: boolean }[] = [];
  revealer!: RowRevealer;

  constructor(private readonly clock: FakeClock) {}

  isVisible = (): boolean => this.visible;
  selection = (): readonly string[] => this.selected;
  hasRow = (row: string): boolean => !this.removed.has(row);

  show = async (row: string, { focus }: { readonly focus: boolean }): Promise<void> => {
    this.asked.push({ row, focus });
    if (this.delays.has(row)) {
      const delay = this.delays.get(row);
      await new Promise<void>((resolve) => delay !== undefined && void this.clock.schedule(delay, resolve));
    }
    if (!this.visible) this.setVisible(true);
    if (!this.missing.has(row)) this.select(row);
    else if (this.missingRow === 'rejected') throw new Error('no such row');
  };

  select(...rows: string[]): void {
    this.selected = rows;
    this.revealer.selectionChanged();
  }

  setVisible(visible: boolean): void {
    this.visible = visible;
    this.revealer.viewChanged();
  }

  draw(row: string): void {
    this.missing.delete(row);
    this.revealer.viewChanged();
  }
}

describe('revealing a row', () => {
  let clock: FakeClock;
  let log: MemoryLog;
  let view: View;
  let revealer: RowRevealer;

  beforeEach(() => {
    clock = new FakeClock();
    log = new MemoryLog();
    view = new View(clock);
    revealer = new RowRevealer({ clock, log, view });
    view.revealer = revealer;
  });

  afterEach(() => {
    revealer.dispose();
  });

  const reveal = (row: string, focus = false) => revealer.reveal(row, { focus });
  /** Requests a row that the view has not drawn, and lets all retries pass. */
  const requestMissing = async (row: string) => {
    view.missing.add(row);
    const revealing = reveal(row, true);
    await clock.advance(HOUR);
    await revealing;
  };
  const rowsAsked = () => view.asked.map(({ row }) => row);

  for (const missingRow of ['rejected', 'ignored'] as const) {
    it(`shows the row at once if the view has it, else as soon as the view has it (a missing row is ${missingRow})`, async () => {
      view.missingRow = missingRow;
      await reveal('a');
      assert.deepEqual(view.selected, ['a']);
      view.missing.add('b');
      const revealing = reveal('b');
      await clock.advance(5 * SECOND);
      assert.deepEqual(view.selected, ['a']);
      view.missing.delete('b');
      await clock.advance(10 * SECOND);
      await revealing;
      assert.deepEqual(view.selected, ['b']);
      assert.deepEqual(log.lines, []);
      assert.equal(clock.pendingTimers, 0);
    });
  }

  it('shows the latest requested row last, however long the view takes for the row before', async () => {
    view.delays.set('first', 3000);
    const first = reveal('first');
    await clock.advance(0);
    const skipped = reveal('skipped');
    const last = reveal('last');
    await clock.advance(3000);
    await Promise.all([first, skipped, last]);
    assert.deepEqual(rowsAsked(), ['first', 'last']);
    assert.deepEqual(view.selected, ['last']);
    assert.equal(clock.pendingTimers, 0);
  });

  it('shows the latest requested row again if the view shows an earlier row minutes later', async () => {
    view.delays.set('first', 3 * MINUTE);
    const first = reveal('first');
    await clock.advance(MINUTE);
    const last = reveal('last');
    await clock.advance(MINUTE);
    await Promise.all([first, last]);
    assert.deepEqual(view.selected, ['last']);
    await clock.advance(5 * MINUTE);
    assert.deepEqual(view.selected, ['last']);
    assert.equal(clock.pendingTimers, 0);
  });

  it('does not wait for the retries of a row that is no longer requested', async () => {
    view.missing.add('first');
    const first = reveal('first');
    await clock.advance(2000);
    const last = reveal('last');
    await clock.advance(0);
    await Promise.all([first, last]);
    assert.deepEqual(view.selected, ['last']);
    assert.equal(clock.pendingTimers, 0);
  });

  it('retries less and less often, and then waits without a timer until the view changes, however late', async () => {
    await requestMissing('late');
    assert.ok(view.asked.length <= 12, `${view.asked.length} attempts`);
    assert.equal(clock.pendingTimers, 0);
    assert.equal(log.lines.filter((line) => line.includes('could not show')).length, 1);
    await clock.advance(24 * HOUR);
    view.draw('late');
    await clock.advance(0);
    assert.deepEqual(view.selected, ['late']);
    assert.equal(clock.pendingTimers, 0);
  });

  it('lets the command that requested the row continue after 10 s', async () => {
    view.missing.add('late');
    let isDone = false;
    void reveal('late').then(() => (isDone = true));
    await clock.advance(9 * SECOND);
    assert.ok(!isDone);
    await clock.advance(SECOND);
    assert.ok(isDone);
  });

  it('tries again when the view does not answer, and shows the next row', async () => {
    view.delays.set('silent', undefined);
    const silent = reveal('silent');
    await clock.advance(MINUTE);
    await silent;
    assert.ok(view.asked.length > 1);
    const next = reveal('next');
    await clock.advance(MINUTE);
    await next;
    assert.deepEqual(view.selected, ['next']);
    assert.equal(clock.pendingTimers, 0);
  });

  it('does not poll a view that loads its rows because of an attempt', async () => {
    const { show } = view;
    view.show = async (row, options) => {
      revealer.viewChanged();
      await show(row, options);
      revealer.viewChanged();
    };
    await requestMissing('missing');
    assert.ok(view.asked.length <= 12, `${view.asked.length} attempts`);
    assert.equal(clock.pendingTimers, 0);
  });

  describe('leaves the selection alone', () => {
    const drawLate = async (row: string) => {
      view.draw(row);
      await clock.advance(HOUR);
      assert.equal(clock.pendingTimers, 0);
    };

    it('when the person has selected another row', async () => {
      await requestMissing('late');
      view.select('chosen');
      await drawLate('late');
      assert.deepEqual(view.selected, ['chosen']);
    });

    it('when the person has selected several rows', async () => {
      await requestMissing('late');
      view.select('before', 'chosen');
      await drawLate('late');
      assert.deepEqual(view.selected, ['before', 'chosen']);
    });

    it('when the person has acted otherwise', async () => {
      await requestMissing('late');
      revealer.personActed();
      await drawLate('late');
      assert.deepEqual(view.selected, ['before']);
    });

    it('when the person selects another row after the row was shown', async () => {
      view.delays.set('hanging', 5 * MINUTE);
      const hanging = reveal('hanging');
      await clock.advance(MINUTE);
      const shown = reveal('shown');
      await clock.advance(MINUTE);
      await Promise.all([hanging, shown]);
      assert.deepEqual(view.selected, ['shown']);
      view.select('chosen');
      const attempts = view.asked.length;
      await clock.advance(HOUR);
      assert.equal(view.asked.length, attempts);
      assert.equal(clock.pendingTimers, 0);
    });

    it('when the row was removed', async () => {
      await requestMissing('late');
      view.removed.add('late');
      revealer.rowRemoved('late');
      const attempts = view.asked.length;
      await drawLate('late');
      assert.equal(view.asked.length, attempts);
    });

    it('when the window closes', async () => {
      view.missing.add('late');
      const late = reveal('late');
      await clock.advance(SECOND);
      revealer.dispose();
      await late;
      await drawLate('late');
      assert.deepEqual(view.selected, ['before']);
    });
  });

  it('keeps the request when the view loses its selection, and when another row is removed', async () => {
    await requestMissing('late');
    view.select();
    revealer.rowRemoved('before');
    await clock.advance(HOUR);
    view.draw('late');
    await clock.advance(0);
    assert.deepEqual(view.selected, ['late']);
  });

  it('does not take the keyboard focus of a person who works elsewhere by the time a row is drawn', async () => {
    view.missing.add('late');
    void reveal('late', true);
    await clock.advance(9 * SECOND);
    assert.ok(view.asked.every(({ focus }) => focus));
    await clock.advance(MINUTE);
    assert.deepEqual(view.asked.at(-1), { row: 'late', focus: false });
    view.draw('late');
    await clock.advance(SECOND);
    assert.deepEqual(view.selected, ['late']);
    assert.deepEqual(view.asked.at(-1), { row: 'late', focus: false });
  });

  it('does not take the keyboard focus again for a row that it selected, while the view still owes an earlier one', async () => {
    view.delays.set('stuck', undefined);
    void reveal('stuck');
    await clock.advance(SECOND);
    void reveal('next', true);
    await clock.advance(MINUTE);
    assert.deepEqual(view.selected, ['next']);
    const asked = view.asked.length;
    revealer.viewChanged();
    await clock.advance(SECOND);
    assert.ok(view.asked.slice(asked).every(({ focus }) => !focus));
  });

  it('opens a hidden view, but not one that the person hid since, and shows the row there later without the focus', async () => {
    view.visible = false;
    await requestMissing('late');
    assert.ok(view.visible);
    view.setVisible(false);
    await clock.advance(HOUR);
    const attempts = view.asked.length;
    view.missing.delete('late');
    await clock.advance(HOUR);
    assert.equal(view.asked.length, attempts);
    assert.ok(!view.visible);
    view.setVisible(true);
    await clock.advance(0);
    assert.deepEqual(view.asked.at(-1), { row: 'late', focus: false });
    assert.deepEqual(view.selected, ['late']);
    assert.equal(clock.pendingTimers, 0);
  });

  it('takes a selection that an attempt causes for its own', async () => {
    view.delays.set('first', SECOND);
    const first = reveal('first');
    await settle();
    view.missing.add('second');
    const second = reveal('second');
    await clock.advance(MINUTE);
    await Promise.all([first, second]);
    assert.deepEqual(view.selected, ['first']);
    view.draw('second');
    await clock.advance(0);
    assert.deepEqual(view.selected, ['second']);
  });
});
