/** Reads a URI that asks to track jobs: their ids, and a project and a region to choose the credentials by. */
import { isJobId, isProjectId } from '../base/id-patterns';
import { isRegion } from '../cloud/places/regions';

export interface TrackRequest {
  /** At least one, each once. */
  readonly jobIds: readonly string[];
  readonly projectId?: string | undefined;
  readonly region?: string | undefined;
}

/**
 * - `unknown-path`: not a request to track jobs.
 * - `unknown-parameter`: a parameter that is not allowed, e.g. an endpoint or a key.
 * - `no-job`, `bad-job`, `too-many`: no job id, an invalid one, or more than `MAX_REQUESTED_JOBS`.
 * - `bad-place`: an invalid or repeated project or region.
 */
export type TrackRequestProblem =
  'unknown-path' | 'unknown-parameter' | 'no-job' | 'bad-job' | 'too-many' | 'bad-place';

type TrackRequestReading =
  | { readonly ok: true; readonly request: TrackRequest }
  | { readonly ok: false; readonly problem: TrackRequestProblem; readonly parameter?: string };

/** As many as a person can read before confirming. */
export const MAX_REQUESTED_JOBS = 20;
const MAX_QUERY_LENGTH = 4000;
const PARAMETERS: ReadonlySet<string> = new Set(['job_id', 'project_id', 'region']);

/** @param uri the parts of the URI as the editor gives them; the query is decoded. */
export function readTrackRequest(uri: {
  readonly path: string;
  readonly query: string;
  readonly fragment: string;
}): TrackRequestReading {
  if (uri.path !== '/track') return { ok: false, problem: 'unknown-path' };
  if (uri.query.length > MAX_QUERY_LENGTH) return { ok: false, problem: 'too-many' };
  if (uri.fragment !== '') return { ok: false, problem: 'unknown-parameter', parameter: '#' };
  const query = new URLSearchParams(uri.query);
  const unknown = [...query.keys()].find((name) => !PARAMETERS.has(name));
  if (unknown !== undefined) return { ok: false, problem: 'unknown-parameter', parameter: unknown };
  const jobIds = [...new Set(query.getAll('job_id').flatMap((value) => value.split(',')))].filter((id) => id !== '');
  if (jobIds.length === 0) return { ok: false, problem: 'no-job' };
  if (!jobIds.every(isJobId)) return { ok: false, problem: 'bad-job' };
  if (jobIds.length > MAX_REQUESTED_JOBS) return { ok: false, problem: 'too-many' };
  const [projectId, ...otherProjects] = query.getAll('project_id');
  const [region, ...otherRegions] = query.getAll('region');
  const isPlace = (projectId === undefined || isProjectId(projectId)) && (region === undefined || isRegion(region));
  if (!isPlace || otherProjects.length > 0 || otherRegions.length > 0) return { ok: false, problem: 'bad-place' };
  return { ok: true, request: { jobIds, projectId, region } };
}
