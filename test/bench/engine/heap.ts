/** The size of the heap. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** @returns MiB in use after a garbage collection */
export function heapMiB(): number {
  collect();
  return process.memoryUsage().heapUsed / 2 ** 20;
}
