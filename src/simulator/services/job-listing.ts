/** ListJobs: parses filters and paging from a query, and selects the page. */
import { invalidInput } from '../http/simulated-response';
import { formatJobTime, type MainJob } from '../jobs/job-script';
import {
  invalidValue,
  pageAt,
  type PageInfo,
  type Paging,
  PAGING_PARAMETERS,
  readPaging,
  readQuery,
} from './list-query';

const EXACT_FILTERS = ['job_id', 'job_type', 'status', 'error_code', 'resource_id'] as const;
type ExactFilter = (typeof EXACT_FILTERS)[number];

/** Its marker is the body id of a job. */
interface JobQuery extends Paging {
  readonly equal: readonly (readonly [field: ExactFilter, value: string])[];
  /** In the format of a job's begin_time; empty for all. */
  readonly beginsFrom: string;
}

export interface JobPage {
  readonly jobs: readonly MainJob[];
  /** An empty page has no markers, or in strict mode the marker that it was requested by. */
  readonly page_info: PageInfo;
}

/** @throws Refusal 400 ELB.8902 for a query that the documentation does not allow. */
export function parseJobQuery(query: string): JobQuery {
  const values = readQuery(query, [...EXACT_FILTERS, 'begin_time', ...PAGING_PARAMETERS]);
  const [beginTime] = values.get('begin_time') ?? [];
  const paging = readPaging(values);
  if (beginTime !== undefined && !isDateTime(beginTime)) {
    throw invalidValue('begin_time', beginTime, "is not in the form yyyy-MM-dd'T'HH:mm:ss");
  }
  return {
    ...paging,
    equal: EXACT_FILTERS.flatMap((field) => (values.get(field) ?? []).map((value) => [field, value] as const)),
    // The zone of the filter is not published. Here it is UTC, as in the times of the responses.
    beginsFrom: beginTime === undefined ? '' : `${beginTime}Z`,
  };
}

/**
 * @param jobs ordered by job_id.
 * @param isStrict whether the marker must be the id of a job, as documented, and an empty page names it in `previous_marker`
 * @throws Refusal 400 ELB.8902 for a marker that is no job's id
 */
export function pageOf(jobs: readonly MainJob[], query: JobQuery, isStrict = false): JobPage {
  const { marker } = query;
  if (isStrict && marker !== undefined && !jobs.some(({ job_id }) => job_id === marker)) {
    throw invalidInput(`Invalid input for marker. Reason: '${marker}' is not the ID of a job.`);
  }
  const matching = jobs.filter(
    (job) => job.begin_time >= query.beginsFrom && query.equal.every(([field, value]) => job[field] === value),
  );
  const { page, pageInfo } = pageAt(matching, ({ job_id }) => job_id, query);
  const repeatsMarker = isStrict && page.length === 0 && marker !== undefined;
  return { jobs: page, page_info: repeatsMarker ? { previous_marker: marker, ...pageInfo } : pageInfo };
}

function isDateTime(text: string): boolean {
  const instant = Date.parse(`${text}Z`);
  // The round trip excludes other formats, and the 30th of February.
  return !Number.isNaN(instant) && formatJobTime(instant) === `${text}Z`;
}
