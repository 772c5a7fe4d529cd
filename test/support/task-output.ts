/** The terminal of a task over a store that a test changes, and what it prints. */
import assert from 'node:assert/strict';
import type { Profile } from '../../src/credentials/profiles/profile';
import { RequestedJobs } from '../../src/automation/jobs/requested-jobs';
import { WaitTerminal } from '../../src/automation/tasks/wait-terminal';
import { DurationHistory } from '../../src/jobs/model/duration-history';
import { JobStore } from '../../src/jobs/store/job-store';
import { JobWaiter } from '../../src/jobs/waiting/job-waiter';
import { Emitter } from '../../src/base/emitter';
import { FakeClock, settle } from './fake-clock';
import { MemoryLog, noFiles, reference } from './samples';

/** The escape sequences that a task may write: bold and the 16 colours of a theme. */
// eslint-disable-next-line no-control-regex
const COLORS = /\x1b\[(?:1|22|39|3[1-4]|90)m/g;

export class TaskOutput {
  readonly clock = new FakeClock();
  readonly log = new MemoryLog();
  readonly store = new JobStore(noFiles, this.log);
  readonly durations = new DurationHistory();
  readonly pause = new FakePause();
  readonly waiter = new JobWaiter({ store: this.store, clock: this.clock, log: this.log });
  /** The credentials that exist. */
  profiles: readonly Profile[];
  files: Readonly<Record<string, string>> = {};
  /** As written, with escape sequences. */
  written = '';
  names: string[] = [];
  exitCodes: number[] = [];

  constructor(profile: Partial<Profile> = {}) {
    const { endpoint, projectId } = reference;
    this.profiles = [{ id: 'p', endpoint, projectId, source: { kind: 'stored' }, keyChangedAt: 0, ...profile }];
  }

  open(definition: unknown): WaitTerminal {
    const terminal = this.create(definition);
    terminal.open();
    return terminal;
  }

  /** @returns a terminal that the editor has not opened yet */
  create(definition: unknown): WaitTerminal {
    const { store, clock, pause } = this;
    const ready = Promise.resolve();
    const requested = new RequestedJobs({
      ...{ store, clock, pause, ready },
      credentials: { all: () => this.profiles },
      engine: { retry: () => undefined },
    });
    const readFile = (path: string) => Promise.resolve(this.files[path] ?? assert.fail(`There is no file ${path}`));
    const { log, durations, waiter } = this;
    const terminal = new WaitTerminal(
      { ...{ store, clock, log, pause, durations, waiter, ready }, requested, readFile },
      definition,
    );
    terminal.onDidWrite((text) => {
      assert.ok(this.exitCodes.length === 0, 'nothing is written after the end');
      this.written += text;
    });
    terminal.onDidChangeName((name) => {
      assert.ok(this.exitCodes.length === 0, 'the name comes before the end');
      this.names.push(name);
    });
    terminal.onDidClose((code) => this.exitCodes.push(code));
    return terminal;
  }

  /** The lines without colours, with the times of day as `T`. */
  async lines(): Promise<string[]> {
    for (let turns = 0; turns < 5; turns += 1) await settle();
    const text = this.written.replace(COLORS, '');
    assert.doesNotMatch(text, /[^\r]\n|\r[^\n]/, 'each line ends with a carriage return and a line feed');
    return text.split('\r\n').map((line) => line.replace(/^\d\d:\d\d:\d\d {2}/, 'T '));
  }
}

class FakePause {
  isPaused = false;
  private readonly changes = new Emitter<void>(() => undefined);
  readonly onDidChange = this.changes.event;

  set(isPaused: boolean): void {
    this.isPaused = isPaused;
    this.changes.fire();
  }
}
