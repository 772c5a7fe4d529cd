/** The JSON of the agent tools, as tests read it. */

interface PartJson {
  readonly state: string;
  readonly untrusted: Readonly<Record<string, unknown>>;
}

interface JobJson extends PartJson {
  readonly jobId: string;
  readonly beginTime?: string;
  readonly endTime?: string;
  readonly expectedEndTime?: string;
  readonly errorMeaning?: string;
  readonly isDemo?: boolean;
  readonly subJobs: readonly PartJson[];
  readonly subJobsLeftOut?: number;
}

/** The fields of all results that tests read. */
export interface ToolJson {
  readonly note: string;
  readonly hint?: string;
  readonly polling?: string;
  readonly outcome?: string;
  readonly matching: number;
  readonly leftOut: number;
  readonly nextOffset?: number;
  readonly trackedJobIds: readonly string[];
  readonly job: JobJson;
  readonly jobs: readonly JobJson[];
}
