/** The options for starting a job in the simulator. */
import { type CatalogJob, scriptOf } from './job-catalog';
import { checkScript, type JobScript } from './job-script';
import type { Random } from '../base/random';

interface JobIds {
  /** By default the first project. */
  readonly projectId?: string | undefined;
  /** The id in the path, as the API that creates a job returns it; by default a random UUID. */
  readonly jobId?: string | undefined;
  /** The id in the body; by default the id in the path. In the official example they differ. */
  readonly bodyJobId?: string | undefined;
}

/** A job of a known kind, or with its own script. */
export type JobSpec = JobIds & (CatalogJob | { readonly script: JobScript });

/** @throws InputError for an invalid script or kind of job. */
export function scriptFor(spec: JobSpec, random: Random): JobScript {
  if (!('script' in spec)) return scriptOf(spec, random);
  checkScript(spec.script);
  return spec.script;
}
