/** The messages of the soak's windows. Instants are those of Clock.elapsed, which all processes share. */
import { MINUTE } from '../../../src/base/time-units';
import type { JobKey } from '../../../src/jobs/model/job-reference';
import type { StatusSeen } from '../../../src/jobs/model/status-history';

export const LEASE_NAME = '0123456789abcdef';
/** The folders of the store. */
export const FOLDERS = ['jobs', 'announced', 'leases', 'ended'] as const;
/** The least age, before scaling, at which a starting window removes a temporary file. */
export const MIN_LEFTOVER_AGE_MS = MINUTE;

/** The first argument of a window's process, as JSON. */
export interface WindowOptions {
  readonly directory: string;
  /** Unique among the windows of the soak. */
  readonly owner: string;
  readonly seed: number;
  readonly timeScale: number;
  readonly cloud: CloudOptions;
}

/** The message that starts a window. Older versions ignore its content. */
export interface Beginning {
  /** How long the window waits for windows of older versions before it moves ended jobs. */
  readonly probeMs: number;
}

export interface CloudOptions {
  readonly seed: number;
  readonly jobs: number;
  /** When the jobs began. */
  readonly since: number;
  /** How long a job keeps its status. */
  readonly stepMs: number;
  /** After so many runs, half of the jobs stay ended. Missing: none do. */
  readonly restAfterRuns?: number | undefined;
}

/** The state of a job that the store of a window reported as saved. */
export interface SavedJob {
  readonly key: JobKey;
  /** See stepOf. */
  readonly step: number;
  readonly endingNumber: number;
  readonly seenEnding: number;
  readonly lastSeen: StatusSeen | undefined;
}

export type Message =
  /** The window has read the store and tried once to get the lease. */
  | { readonly kind: 'open' }
  /** The window got the lease. */
  | { readonly kind: 'lease-taken'; readonly at: number }
  /** The window still held the lease at this instant. */
  | { readonly kind: 'lease-held'; readonly at: number }
  /** Another window has taken over the lease. */
  | { readonly kind: 'lease-lost' }
  | { readonly kind: 'claimed'; readonly key: JobKey; readonly endingNumber: number }
  | { readonly kind: 'saved'; readonly jobs: readonly SavedJob[] }
  | {
      readonly kind: 'renamed';
      readonly key: JobKey;
      readonly label: string;
      readonly began: number;
      readonly ended: number;
    }
  /** The store logged that a change could not be saved. */
  | { readonly kind: 'unsaved'; readonly line: string }
  /** The store fired a change that did not happen. */
  | { readonly kind: 'false-change'; readonly change: FalseChange };

export type FalseChange = 'a job was removed' | 'a job went back' | 'an ending came twice';
