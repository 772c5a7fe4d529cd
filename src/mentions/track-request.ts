/** Reads what a URI from outside asks to track: ids of jobs, and at most by which project and region to choose among one's own credentials. */
import { isJobId, isProjectId } from '../base/id-patterns';
import { isRegion } from '../cloud/places/regions';

export interface TrackRequest {
  /** At least one, each once. */
  readonly jobIds: readonly string[];
  readonly projectId?: string | undefined;
  readonly region?: string | undefined;
}

/**
 * - `other`: it asks for something else than to track.
 * - `foreign`: a parameter that such a URI cannot have, e.g. an endpoint or a key.
 * - `no-job`, `bad-job`, `too-many`: what is wrong with the ids.
 * - `bad-place`: what is said of the project or the region cannot be one.
 */
export type TrackRequestProblem = 'other' | 'foreign' | 'no-job' | 'bad-job' | 'too-many' | 'bad-place';

export type TrackRequestReading =
  | { readonly ok: true; readonly request: TrackRequest }
  | { readonly ok: false; readonly problem: TrackRequestProblem; readonly parameter?: string };

/** So many can be read before one says yes. */
export const MAX_REQUESTED_JOBS = 20;
const LONGEST_QUERY = 4000;
const KNOWN: ReadonlySet<string> = new Set(['job_id', 'project_id', 'region']);

/** @param uri as the editor took it apart, the query decoded. */
export function readTrackRequest(uri: {
  readonly path: string;
  readonly query: string;
  readonly fragment: string;
}): TrackRequestReading {
  if (uri.path !== '/track') return { ok: false, problem: 'other' };
  if (uri.query.length > LONGEST_QUERY) return { ok: false, problem: 'too-many' };
  if (uri.fragment !== '') return { ok: false, problem: 'foreign', parameter: '#' };
  const query = new URLSearchParams(uri.query);
  const foreign = [...query.keys()].find((name) => !KNOWN.has(name));
  if (foreign !== undefined) return { ok: false, problem: 'foreign', parameter: foreign };
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
