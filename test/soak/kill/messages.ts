/** What the soak and its windows tell each other; instants are those of Clock.elapsed, which all processes share. */
import type { JobKey } from '../../../src/jobs/model/job-reference';
import type { StatusSeen } from '../../../src/jobs/model/tracked-job';

export const LEASE_NAME = 'project';
/** Of the store. */
export const FOLDERS = ['jobs', 'announced', 'leases'] as const;
/** In ms, to be shortened as all times: so old must a leftover be for a window that starts to remove it. */
export const LEFTOVERS_AFTER = 60_000;

/** The first argument of a window's process, as JSON. */
export interface WindowOptions {
  readonly directory: string;
  /** No other window of the soak has it. */
  readonly owner: string;
  readonly seed: number;
  readonly timeScale: number;
  readonly cloud: CloudOptions;
}

export interface CloudOptions {
  readonly seed: number;
  readonly jobs: number;
  /** When its jobs began. */
  readonly since: number;
  /** In ms: how long a job stays as it is. */
  readonly step: number;
}

/** Of a job, what a window was told is on the disk. */
export interface Kept {
  readonly key: JobKey;
  /** Of the cloud; -1 before the first answer. */
  readonly step: number;
  readonly endingNumber: number;
  readonly seenEnding: number;
  readonly lastSeen: StatusSeen | undefined;
}

export type Message =
  /** The window has read the store, and looked at the lease once. */
  | { readonly kind: 'open' }
  | { readonly kind: 'took'; readonly at: number }
  /** It was told that it still holds the lease; it asked at that instant. */
  | { readonly kind: 'held'; readonly askedAt: number }
  /** It saw that another window had taken over. */
  | { readonly kind: 'lost' }
  | { readonly kind: 'claimed'; readonly key: JobKey; readonly endingNumber: number }
  | { readonly kind: 'kept'; readonly jobs: readonly Kept[] }
  | {
      readonly kind: 'named';
      readonly key: JobKey;
      readonly label: string;
      readonly began: number;
      readonly ended: number;
    }
  /** A change could not be saved, and the log said so. */
  | { readonly kind: 'unsaved'; readonly line: string }
  /** The store told its views what did not happen. */
  | { readonly kind: 'mistold'; readonly what: MistoldKind };

export type MistoldKind = 'a job was taken off' | 'a job went back' | 'an ending came twice';
