/** Measures how long a pasted text takes to read. */
import { jobsIn } from '../../../src/mentions/job-mentions';
import { PASTED_TEXTS } from '../../support/hostile/pasted-texts';
import { bestCpuMs } from './cpu-time';

/** @returns CPU milliseconds of the slowest text of 1 MiB */
export async function pasteMs1MiB(): Promise<number> {
  let slowest = 0;
  for (const { ofLength } of PASTED_TEXTS.inputs) {
    const text = ofLength(2 ** 20);
    slowest = Math.max(slowest, await bestCpuMs(() => jobsIn(text)));
  }
  return slowest;
}
