/** The lease of a project, which decides which window polls it, and this window's hold on it. */
import type { Disposable } from '../../base/disposable';

/** See Lease in src/storage/lease.ts. */
export interface PollingLease extends Disposable {
  tryHold(): Promise<boolean>;
  isHeld(): Promise<boolean>;
  isHeldByOther(): Promise<boolean>;
  release(): Promise<void>;
}

export class LeaseHold implements Disposable {
  private isHeldSoFar = false;

  constructor(private readonly lease: PollingLease) {}

  /** As of the last `acquire`, `check` or `release`. */
  get isHeld(): boolean {
    return this.isHeldSoFar;
  }

  isHeldByOther(): Promise<boolean> {
    return this.lease.isHeldByOther();
  }

  /** Takes the lease or extends it; returns whether it is held now. */
  async acquire(): Promise<boolean> {
    this.isHeldSoFar = await this.lease.tryHold();
    return this.isHeldSoFar;
  }

  /** Returns whether the lease is still held: another window may have taken over, as during a sleep. */
  async check(): Promise<boolean> {
    this.isHeldSoFar = await this.lease.isHeld();
    return this.isHeldSoFar;
  }

  async release(): Promise<void> {
    if (this.isHeldSoFar) await this.lease.release();
    this.isHeldSoFar = false;
  }

  dispose(): void {
    this.lease.dispose();
  }
}
