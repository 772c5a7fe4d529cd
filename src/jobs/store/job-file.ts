/** The path and the content of a tracked job's file, and how older versions of it become this one. */
import path from 'node:path';
// valita: see src/cloud/api/json-schema.ts.
import * as v from '@badrap/valita';
import type { Job } from '../../cloud/api/job';
import type { ElbError } from '../../cloud/http/error';
import { type Checked, type EqualTypes, oneOf } from '../../storage/schema-check';
import { STORAGE_FOLDERS } from '../../storage/storage-folders';
import { readVersionedJson, type VersionedContent } from '../../storage/versioned-json';
import type { JobKey } from '../model/job-reference';
import {
  inTimeOrder,
  newlyTracked,
  PERSISTENT_ERROR_KINDS,
  type PersistentErrorKind,
  type PollFailure,
  type TrackedJob,
  withoutSessionState,
} from '../model/tracked-job';

/** Reads a job as the service sent it; returns undefined if it is not a job. */
export type ReadJob = (raw: unknown) => Job | undefined;

const VERSION = 2;

const optionalText = v.string().optional();
const optionalInstant = v.number().optional();
const reference = v.object({ endpoint: v.string(), projectId: v.string(), jobId: v.string() });
const ending = v.object({ status: v.string(), noticedAt: v.number() });
const sinceVersion1 = {
  reference,
  trackedAt: v.number(),
  aliases: v.array(v.string()),
  /** As the service sent it. */
  job: v.unknown().optional(),
  requestId: optionalText,
  answeredAt: optionalInstant,
  changedAt: optionalInstant,
  endingNumber: v.number(),
  ending: ending.optional(),
};

const version1 = v.object({ version: v.literal(1), ...sinceVersion1 });
const version2 = v.object({
  version: v.literal(VERSION),
  ...sinceVersion1,
  history: v.array(v.object({ at: v.number(), status: v.string(), subJobId: optionalText })),
  seenEnding: v.number(),
  difficulty: v
    .object({
      since: v.number(),
      attempts: v.number(),
      error: v.object({
        kind: oneOf(PERSISTENT_ERROR_KINDS),
        httpStatus: v.number().optional(),
        code: optionalText,
        message: optionalText,
        requestId: optionalText,
      }),
    })
    .optional(),
  lookWantedAt: optionalInstant,
  label: optionalText,
  muted: v.boolean(),
});

/** The fields of an error that say nothing about a persistent one. */
type UnsavedErrorField = 'retryAfter' | 'rateLimit' | 'clockSkew' | 'reason';

/** A tracked job with the field names of the file, which stay although `TrackedJob` has better ones. */
interface ExpectedContent extends Omit<TrackedJob, 'job' | 'pollFailure' | 'pollWantedAt'> {
  readonly version: typeof VERSION;
  readonly job?: unknown;
  readonly difficulty?:
    | (Omit<PollFailure, 'error'> & {
        readonly error: Omit<ElbError, 'kind' | UnsavedErrorField> & { readonly kind: PersistentErrorKind };
      })
    | undefined;
  readonly lookWantedAt?: TrackedJob['pollWantedAt'];
}

type Content = Checked<ExpectedContent, EqualTypes<ExpectedContent, v.Infer<typeof version2>>>;

const fileSchema: v.Type<Content> = v.union(version2, version1.map(fromVersion1));

/** @returns the path of the job's file in the global storage folder `directory` */
export function jobFilePath(directory: string, key: JobKey): string {
  return path.join(directory, STORAGE_FOLDERS.jobs, `${key}.json`);
}

/** @param text the file's content; undefined if there is no file */
export function readJobFile(text: string | undefined, readJob: ReadJob): VersionedContent<TrackedJob> {
  const file = readVersionedJson(text, VERSION, fileSchema);
  if (file.kind !== 'ours') return file;
  const { version, job: raw, difficulty, lookWantedAt, ...fields } = file.content;
  const tracked = {
    ...fields,
    ...(difficulty === undefined ? {} : { pollFailure: difficulty }),
    ...(lookWantedAt === undefined ? {} : { pollWantedAt: lookWantedAt }),
  };
  if (raw === undefined) return { kind: 'ours', content: tracked };
  const job = readJob(raw);
  return job === undefined ? { kind: 'unreadable' } : { kind: 'ours', content: { ...tracked, job: inTimeOrder(job) } };
}

/** @returns the file's content, without session state */
export function writeJobFile(tracked: TrackedJob): string {
  const { job, pollFailure: difficulty, pollWantedAt: lookWantedAt, ...fields } = withoutSessionState(tracked);
  return `${JSON.stringify({ version: VERSION, ...fields, difficulty, lookWantedAt, job: job?.raw })}\n`;
}

/** Version 1 did not record whether an ending had been seen; its endings were announced, so they count as seen. */
function fromVersion1({ version, ...fields }: v.Infer<typeof version1>): Content {
  return {
    ...newlyTracked(fields.reference, fields.trackedAt),
    ...fields,
    seenEnding: fields.endingNumber,
    version: VERSION,
  };
}
