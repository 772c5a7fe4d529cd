/** Lists whose pages or markers are too large, and that do not end. */
import type { HttpResponse } from '../../../src/cloud/http/transport';
import type { HostileInputs } from './hostile-inputs';

export interface LargeList {
  readonly name: string;
  /** @returns the page with this number, the first is 0 */
  readonly page: (number: number) => HttpResponse;
  readonly requests: number;
  readonly jobs: number;
}

const MEGABYTE = 1_000_000;

function pageOf(number: number, count: number, bytesPerJob: number, marker = `marker-${number}`): HttpResponse {
  const jobs = Array.from({ length: count }, (_, index) => ({
    job_id: `${number}-${index}`,
    error_msg: 'x'.repeat(bytesPerJob),
  }));
  const body = JSON.stringify({ jobs, page_info: { next_marker: marker } });
  return { status: 200, headers: {}, body };
}

export const LARGE_LISTS: HostileInputs<LargeList> = {
  kind: 'Lists without an end: pages of 30 MB, long markers, more jobs than were requested',
  holds: 'at most 32 MB in all; jobs that the list lacks do not count as absent',
  inputs: [
    { name: 'pages of 30 MB', page: (number) => pageOf(number, 2000, 15_000), requests: 2, jobs: 2000 },
    { name: 'pages of 9 MB', page: (number) => pageOf(number, 2000, 4500), requests: 4, jobs: 6000 },
    {
      name: '130,000 jobs on one page',
      page: () => pageOf(0, 130_000, 1, 'm'.repeat(513)),
      requests: 1,
      jobs: 130_000,
    },
    { name: 'markers of 30 MB', page: () => pageOf(0, 2000, 1, 'm'.repeat(30 * MEGABYTE)), requests: 1, jobs: 2000 },
    { name: 'markers of 513 characters', page: () => pageOf(0, 2000, 1, 'm'.repeat(513)), requests: 1, jobs: 2000 },
    { name: 'markers with line breaks', page: () => pageOf(0, 2000, 1, 'm\nn'), requests: 1, jobs: 2000 },
    { name: 'markers with NUL', page: () => pageOf(0, 2000, 1, 'm\0'), requests: 1, jobs: 2000 },
    { name: 'new markers for ever', page: (number) => pageOf(number, 2000, 1), requests: 10, jobs: 20_000 },
  ],
};
