import type { ReadableList } from '../../base/lazy-list';

/**
 * A job as the cloud describes it, with the field names of the ELB API in camel case.
 * Any field may be missing: the service omits it or sends `null` or an empty string.
 * Times are milliseconds since the epoch.
 */
export interface JobFields {
  readonly jobId?: string | undefined;
  readonly jobType?: string | undefined;
  /** Open-ended: documented are INIT, RUNNING, ROLLBACKING, SUCCESS, COMPLETE, FAIL, ROLLBACK_FAIL and CANCEL. */
  readonly status?: string | undefined;
  readonly beginTime?: number | undefined;
  readonly endTime?: number | undefined;
  readonly errorCode?: string | undefined;
  readonly errorMessage?: string | undefined;
  readonly projectId?: string | undefined;
  readonly resourceId?: string | undefined;
}

export interface Job extends JobFields {
  /** In the order of the response, which need not be time order. */
  readonly subJobs: SubJobs;
  /**
   * The job as the service sent it, with undocumented fields; cut if it is larger than MAX_RAW_JOB_BYTES. Missing in memory
   * for an ended job that has it on disk only: see JobStore.readWhole.
   */
  readonly raw?: object | undefined;
  /** Of the documented fields of `raw`, in any order of sub-jobs; see fingerprint.ts. Missing if `raw` is not known. */
  readonly fingerprint?: number | undefined;
  /** Missing if `subJobs` and `raw` are whole. */
  readonly cut?: CutJob | undefined;
}

/** An array, or the sub-jobs of a job at rest, which are decoded when they are read. */
export interface SubJobs extends ReadableList<SubJob> {
  /** Whether one of them failed, if that is known without decoding them. */
  readonly hasFailed?: boolean;
  /** False if no text of a sub-job contains the text, which is in lower case. Takes a tenth of the time of decoding. */
  mayContain?(text: string): boolean;
  /** The first text of a sub-job that matches, e.g. an id, if that is found without decoding them. As quick as `mayContain`. */
  firstText?(matches: (text: string) => boolean): string | undefined;
}

export interface SubJob extends JobFields {
  readonly entities: readonly JobEntity[];
}

export interface JobEntity {
  readonly resourceId?: string | undefined;
  /** Open-ended: documented are `loadbalancer` and `listener`. */
  readonly resourceType?: string | undefined;
}

/** What a job that was too large lacks. */
export interface CutJob {
  /** How many sub-jobs of the response are missing from `subJobs`. */
  readonly missingSubJobs: number;
  /** The limit of the JSON of `raw`; missing if it is MAX_RAW_JOB_BYTES. */
  readonly maxBytes?: number | undefined;
}
