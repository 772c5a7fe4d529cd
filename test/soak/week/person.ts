/** What the person of a simulated week does in the windows: tracks jobs, looks at them, names some and drops some. */
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
  /** One in which something can be done now. */
  readonly anyWindow: () => SoakWindow | undefined;
  readonly allWindows: () => readonly SoakWindow[];
}

/** Of the new statuses: those at whose coming the person does something to the job, in whatever window. */
const INTERFERENCE = 0.1;

export class Person {
  constructor(private readonly parts: PersonParts) {
    const { machine, ledger, random } = parts;
    for (const { plan } of ledger.records) {
      machine.at(plan.startsAt + random.logBetween(100, 10 * MINUTE), () => {
        this.track(plan);
      });
    }
  }

  looks(): void {
    const { random, anyWindow, allWindows } = this.parts;
    const window = anyWindow();
    if (window === undefined) return;
    for (const other of allWindows()) other.isFocused = other === window;
    window.focus();
    if (random.chance(0.1)) window.markSeen(() => random.chance(0.7));
    if (random.chance(0.1)) window.lookNow();
  }

  acts(): void {
    const window = this.parts.anyWindow();
    const known = window === undefined ? [] : [...window.store.all().keys()];
    if (window !== undefined && known.length > 0) this.changes(window, this.parts.random.pick(known));
  }

  /** While a window is about to keep what an answer brought. */
  mayInterfere(key: JobKey): void {
    const { random, machine, anyWindow } = this.parts;
    if (!random.chance(INTERFERENCE)) return;
    const interfere = () => {
      const window = anyWindow();
      if (window?.store.get(key) !== undefined) this.changes(window, key);
    };
    if (random.chance(0.5)) interfere();
    else machine.after(random.between(0, 150), interfere);
  }

  private changes(window: SoakWindow, key: JobKey): void {
    const { ledger, random, machine } = this.parts;
    const { tracking, plan } = ledger.of(key);
    if (tracking !== 'kept') return;
    if (random.chance(0.9)) window.rename(key, `label ${machine.time}`);
    else this.untrack(window, plan);
  }

  /** For good, or for a while. */
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
    // The window may be killed before it is done.
    machine.after(random.between(MINUTE, 10 * MINUTE), () => {
      this.track(plan);
    });
  }
}
