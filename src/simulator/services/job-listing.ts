/** ListJobs: parses filters and paging from a query, and selects the page. */
import { invalidInput } from '../http/simulated-response';
import { queryPairs } from '../http/cloud-request';
import { formatJobTime, type MainJob } from '../jobs/job-script';

const EXACT_FILTERS = ['job_id', 'job_type', 'status', 'error_code', 'resource_id'] as const;
type ExactFilter = (typeof EXACT_FILTERS)[number];
const PARAMETERS: readonly string[] = [...EXACT_FILTERS, 'begin_time', 'limit', 'marker', 'page_reverse'];
const MAX_LIMIT = 2000;

interface JobQuery {
  readonly equal: readonly (readonly [field: ExactFilter, value: string])[];
  /** In the format of a job's begin_time; empty for all. */
  readonly beginsFrom: string;
  readonly limit: number;
  /** The body id of the job before the page; in reverse, of the job after it. */
  readonly marker: string | undefined;
  readonly reverse: boolean;
}

export interface JobPage {
  readonly jobs: readonly MainJob[];
  /** The ids of the page's first and last job; an empty page has none, or in strict mode the marker that it was requested by. */
  readonly page_info: {
    readonly previous_marker?: string;
    readonly next_marker?: string;
    readonly current_count: number;
  };
}

/** @throws Refusal 400 ELB.8902 for a query that the documentation does not allow. */
export function parseJobQuery(query: string): JobQuery {
  const values = new Map<string, string>();
  for (const [name, value] of queryPairs(query)) {
    if (!PARAMETERS.includes(name)) throw invalidInput(`Unrecognized attribute(s) '${name}'`);
    if (values.has(name)) throw invalidInput(`Invalid input for ${name}. Reason: it is given twice.`);
    values.set(name, value);
  }
  const invalid = (name: string, reason: string) =>
    invalidInput(`Invalid input for ${name}. Reason: '${values.get(name) ?? ''}' ${reason}.`);

  const limit = values.get('limit');
  const marker = values.get('marker');
  const reverse = values.get('page_reverse');
  if (limit !== undefined && !(/^\d{1,4}$/.test(limit) && Number(limit) <= MAX_LIMIT)) {
    throw invalid('limit', `is not a number from 0 to ${MAX_LIMIT}`);
  }
  if (marker === '') throw invalid('marker', 'must not be empty');
  if (reverse !== undefined && !['true', 'false'].includes(reverse)) {
    throw invalid('page_reverse', 'is neither true nor false');
  }
  if (limit === undefined && (marker ?? reverse) !== undefined) {
    throw invalid('limit', 'must be given with marker and page_reverse');
  }
  const beginTime = values.get('begin_time');
  if (beginTime !== undefined && !isDateTime(beginTime)) {
    throw invalid('begin_time', "is not in the form yyyy-MM-dd'T'HH:mm:ss");
  }
  return {
    equal: EXACT_FILTERS.flatMap((field) => {
      const value = values.get(field);
      return value === undefined ? [] : [[field, value] as const];
    }),
    // The zone of the filter is not published. Here it is UTC, as in the times of the responses.
    beginsFrom: beginTime === undefined ? '' : `${beginTime}Z`,
    limit: limit === undefined ? MAX_LIMIT : Number(limit),
    marker,
    reverse: reverse === 'true',
  };
}

/**
 * @param jobs ordered by job_id: a page then has its place even if the job of its marker is gone.
 * @param isStrict whether the marker must be the id of a job, as documented, and an empty page names it in `previous_marker`
 * @throws Refusal 400 ELB.8902 for a marker that is no job's id
 */
export function pageOf(jobs: readonly MainJob[], query: JobQuery, isStrict = false): JobPage {
  const { marker, limit, reverse } = query;
  if (isStrict && marker !== undefined && !jobs.some(({ job_id }) => job_id === marker)) {
    throw invalidInput(`Invalid input for marker. Reason: '${marker}' is not the ID of a job.`);
  }
  const matching = jobs.filter(
    (job) => job.begin_time >= query.beginsFrom && query.equal.every(([field, value]) => job[field] === value),
  );
  const beyond = matching.filter(({ job_id }) => marker === undefined || (reverse ? job_id < marker : job_id > marker));
  const page = reverse ? beyond.slice(Math.max(0, beyond.length - limit)) : beyond.slice(0, limit);
  const first = page[0];
  const last = page.at(-1);
  return {
    jobs: page,
    page_info: {
      ...(first && last ? { previous_marker: first.job_id, next_marker: last.job_id } : {}),
      ...(isStrict && !first && marker !== undefined ? { previous_marker: marker } : {}),
      current_count: page.length,
    },
  };
}

function isDateTime(text: string): boolean {
  const instant = Date.parse(`${text}Z`);
  // The round trip excludes other formats, and the 30th of February.
  return !Number.isNaN(instant) && formatJobTime(instant) === `${text}Z`;
}
