/** What can be asked of the simulator when a job is started. */
import { type CatalogJob, scriptOf } from './job-catalog';
import { checkScript, type JobScript } from './job-script';
import type { Random } from '../base/random';

interface JobIds {
  /** The first project by default. */
  readonly projectId?: string | undefined;
  /** The id in the path, as the creating call would have answered it; a random UUID by default. */
  readonly jobId?: string | undefined;
  /** The id in the body; that of the path by default. In the official example they differ. */
  readonly bodyJobId?: string | undefined;
}

/** A job of a known kind, or one that follows a script of its own. */
export type JobSpec = JobIds & (CatalogJob | { readonly script: JobScript });

/** @throws InputError for a script or a kind of job that cannot be. */
export function scriptFor(spec: JobSpec, random: Random): JobScript {
  if (!('script' in spec)) return scriptOf(spec, random);
  checkScript(spec.script);
  return spec.script;
}
