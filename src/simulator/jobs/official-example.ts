/** The job that the service's documentation shows, served unchanged. */
import type { MainJob } from './job-script';
import example from './show-job-example.json';

/** The ids in its path and its body differ. Source: ShowJob in the API reference of ELB. */
export const OFFICIAL_EXAMPLE = {
  projectId: '7b7705dce1e847b08b3b16dda67fec24',
  /** The id in the path of the documentation's request. */
  jobId: '37d5c1fd-fa57-4c6d-bdcd-d523095c05e8',
  job: example.job as MainJob,
  requestId: example.request_id,
  /** The text of the file, whose indentation is two spaces. */
  text: JSON.stringify(example, null, 2),
} as const;
