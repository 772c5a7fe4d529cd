/** URIs that ask to track jobs, and carry more, less or other things than ids. */
import type { TrackRequestProblem } from '../../../src/mentions/track-request';
import type { HostileInputs } from './hostile-inputs';

export interface HostileTrackUri {
  readonly query: string;
  /** `/track` by default. */
  readonly path?: string;
  readonly fragment?: string;
  readonly problem: TrackRequestProblem;
}

const JOB = '37d5c1fd-fa57-4c6d-bdcd-d523095c05e8';
const PROJECT = '7b7705dce1e847b08b3b16dda67fec24';

const PARAMETERS = [
  ...[
    'endpoint',
    'host',
    'ak',
    'sk',
    'access_key',
    'token',
    'Job_Id',
    'profile',
    '',
    'job_id[]',
    '__proto__',
    'region ',
  ],
];
const BAD_IDS = [
  ...['../../x', 'a b', 'x'.repeat(65), '%2e%2e', `${JOB}\n`, '${x}', 'a/b', 'a?b', 'a#b', 'a\0', '任务', '\u202ea'],
  ...['a\r\nX-Auth-Token: t', '<b>', '[a](command:b)', '$(x)', '.', '..', 'a@b', 'a:b', 'a%b', '\ud800'],
];
const BAD_PLACES = [
  'project_id=evil',
  `project_id=${PROJECT.toUpperCase()}`,
  'project_id=',
  `project_id=${PROJECT}&project_id=${PROJECT}`,
  'region=https://evil.example',
  'region=evil.example',
  'region=cn-north-4.evil.example',
  'region=cn-north-4/..',
  'region=CN-NORTH-4',
  'region=',
  'region=cn-north-4&region=cn-east-3',
];

export const TRACK_URIS: HostileInputs<HostileTrackUri> = {
  kind: 'Links that ask to track jobs',
  holds: 'refused: no endpoint, key or other parameter, and valid ids only',
  inputs: [
    ...PARAMETERS.map((name) => of(`job_id=${JOB}&${encodeURIComponent(name)}=x`, 'unknown-parameter')),
    { query: `job_id=${JOB}`, fragment: 'endpoint=x', problem: 'unknown-parameter' },
    ...['', 'job_id=', 'job_id=,,', `project_id=${PROJECT}`].map((query) => of(query, 'no-job')),
    ...BAD_IDS.map((id) => of(`job_id=${encodeURIComponent(withoutHalves(id))}`, 'bad-job')),
    of(`job_id=${JOB},../x`, 'bad-job'),
    of(Array.from({ length: 21 }, (_, at) => `job_id=job-${at}`).join('&'), 'too-many'),
    of(`job_id=${'x,'.repeat(5000)}`, 'too-many'),
    of(`job_id=${JOB}&${'job_id=&'.repeat(100_000)}`, 'too-many'),
    ...BAD_PLACES.map((place) => of(`job_id=${JOB}&${place}`, 'bad-place')),
    ...['/sign-in', '/', '', '/track/', '/Track', '//track', '/track/../sign-in'].map((path): HostileTrackUri => ({
      query: `job_id=${JOB}`,
      path,
      problem: 'unknown-path',
    })),
  ],
};

function of(query: string, problem: TrackRequestProblem): HostileTrackUri {
  return { query, problem };
}

/** encodeURIComponent throws for half of a surrogate pair. */
function withoutHalves(text: string): string {
  return Buffer.from(text).toString();
}
