/** The person of a simulated week: tracks jobs in the windows, views them, renames some and removes some. */
import type { JobKey } from '../../../src/jobs/model/job-reference';
import type { JobPlan } from './job-plans';
import type { Ledger } from './ledger';
import type { Machine } from './machine';
import type { Observer } from './observer';
import type { SeededRandom } from '../../support/seeded-random';
import type { SoakWindow } from './soak-window';
import { MINUTE, HOUR } from '../../../src/base/time-units';

export interface PersonParts {
  readonly machine: Machine;
  readonly ledger: Ledger;
  readonly random: SeededRandom;
  readonly observer: Observer;
  /** A window that reacts now. */
  readonly anyWindow: () => SoakWindow | undefined;
  readonly allWindows: () => readonly SoakWindow[];
}

/** The share of new statuses after which the person changes the job, in any window. */
const INTERFERENCE_SHARE = 0.1;

export class Person {
  constructor(private readonly parts: PersonParts) {
    const { machine, ledger, random } = parts;
    for (const { plan } of ledger.records) {
      machine.at(plan.startsAt + random.logBetween(100, 10 * MINUTE), () => {
        this.track(plan);
      });
    }
  }

  returnToWindow(): void {
    const { random, anyWindow, allWindows } = this.parts;
    const window = anyWindow();
    if (window === undefined) return;
    for (const other of allWindows()) other.isFocused = other === window;
    window.focus();
    if (random.chance(0.1)) window.markSeen(() => random.chance(0.7));
    if (random.chance(0.1)) window.refresh();
  }

  changeAnyJob(): void {
    const window = this.parts.anyWindow();
    const known =
      window === undefined
        ? []
        : [...window.store.all().keys()].filter((key) => this.parts.ledger.find(key) !== undefined);
    if (window !== undefined && known.length > 0) this.changeJob(window, this.parts.random.pick(known));
  }

  /** May change a job while a window is about to save a response. */
  maybeInterfere(key: JobKey): void {
    const { random, machine, anyWindow } = this.parts;
    if (!random.chance(INTERFERENCE_SHARE)) return;
    const interfere = () => {
      const window = anyWindow();
      if (window?.store.get(key) !== undefined && this.parts.ledger.find(key) !== undefined)
        this.changeJob(window, key);
    };
    if (random.chance(0.5)) interfere();
    else machine.after(random.between(0, 150), interfere);
  }

  private changeJob(window: SoakWindow, key: JobKey): void {
    const { ledger, random, machine } = this.parts;
    const { tracking, plan } = ledger.of(key);
    if (tracking !== 'saved') return;
    if (random.chance(0.9)) window.rename(key, `label ${machine.trueMs}`);
    else this.untrack(window, plan);
  }

  /** Removes the job, for good or for a while. */
  private untrack(window: SoakWindow, plan: JobPlan): void {
    const { ledger, random, machine } = this.parts;
    window.untrack(plan.key);
    if (random.chance(0.5)) return;
    machine.after(random.logBetween(5 * MINUTE, 5 * HOUR), () => {
      if (ledger.of(plan.key).tracking !== 'removed') return;
      ledger.forget(plan.key);
      this.track(plan);
    });
  }

  private track(plan: JobPlan): void {
    const { ledger, random, machine, observer, anyWindow } = this.parts;
    const record = ledger.of(plan.key);
    if (record.tracking !== 'none' && record.tracking !== 'wanted') return;
    const window = anyWindow();
    window?.track(plan.key);
    if (window !== undefined) observer.tracked(record);
    // Tracks it again if the window was killed before it saved the job.
    machine.after(random.between(MINUTE, 10 * MINUTE), () => {
      this.track(plan);
    });
  }
}
