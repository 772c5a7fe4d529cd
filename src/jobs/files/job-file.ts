/** The path and the content of a tracked job's file, and how older versions of it become this one. */
import path from 'node:path';
// valita: see src/cloud/api/json-schema.ts.
import * as v from '@badrap/valita';
import { cutOptionalText, cutText } from '../../base/cut-text';
import {
  MAX_ALIASES,
  MAX_FIELD_LENGTH,
  MAX_OLD_JOB_FILE_BYTES,
  MAX_RAW_JOB_BYTES,
  MAX_SHOW_JOB_BYTES,
  MIN_RAW_JOB_BYTES,
} from '../../base/limits';
import type { CutJob, Job } from '../../cloud/api/job';
import type { ElbError } from '../../cloud/http/error';
import { clampInteger } from '../../storage/damaged-numbers';
import { readOr } from '../../storage/file-system';
import { type Checked, type EqualTypes, oneOf } from '../../storage/schema-check';
import { STORAGE_FOLDERS } from '../../storage/storage-folders';
import { readVersionedJson, type VersionedContent } from '../../storage/versioned-json';
import type { WindowContext } from '../../storage/window-context';
import { jobKey, type JobKey } from '../model/job-reference';
import { limitedHistory, type StatusSeen } from '../model/status-history';
import {
  inTimeOrder,
  newlyTracked,
  PERSISTENT_ERROR_KINDS,
  type PersistentErrorKind,
  type PollFailure,
  type TrackedJob,
  withoutSessionState,
  withShortTexts,
} from '../model/tracked-job';
import { withSaneNumbers } from './damaged-job';
import { withRaw } from './documented-answer';

/** Reads a job as the service sent it; returns undefined if it is not a job. */
export type ReadJob = (raw: unknown) => Job | undefined;

const VERSION = 2;

const optionalText = v.string().optional();
const optionalInstant = v.number().optional();
/** With line breaks, two references could have the same key. */
const isReferencePart = (text: string) => text.length <= MAX_FIELD_LENGTH && !text.includes('\n');
const referencePart = v.string().assert(isReferencePart, 'not a part of a reference');
const reference = v.object({ endpoint: referencePart, projectId: referencePart, jobId: referencePart });
const ending = v.object({ status: v.string(), noticedAt: v.number() });
const sinceVersion1 = {
  reference,
  trackedAt: v.number(),
  aliases: v.array(v.string()),
  /** As the service sent it. */
  job: v.unknown().optional(),
  /** What `job` lacks because it was too large. */
  cut: v.object({ missingSubJobs: v.number(), maxBytes: v.number().optional() }).optional(),
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
        httpStatus: v
          .number()
          .map((status) => (isHttpStatus(status) ? status : undefined))
          .optional(),
        code: optionalText,
        message: optionalText,
        requestId: optionalText,
      }),
    })
    .optional(),
  /** Older versions do not write it, and drop it. */
  notFoundAt: v.array(v.number()).optional(),
  lookWantedAt: optionalInstant,
  label: optionalText,
  muted: v.boolean(),
});

/** The fields of an error that say nothing about a persistent one. */
type UnsavedErrorField = 'retryAfter' | 'rateLimit' | 'clockSkew' | 'reason' | 'part';

/** A tracked job with the field names of the file, which stay although `TrackedJob` has better ones. */
interface ExpectedContent extends Omit<TrackedJob, 'job' | 'history' | 'pollFailure' | 'pollWantedAt' | 'resources'> {
  readonly version: typeof VERSION;
  readonly history: readonly StatusSeen[];
  readonly job?: unknown;
  readonly cut?: CutJob | undefined;
  readonly difficulty?:
    | (Omit<PollFailure, 'error'> & {
        readonly error: Omit<ElbError, 'kind' | UnsavedErrorField> & { readonly kind: PersistentErrorKind };
      })
    | undefined;
  readonly lookWantedAt?: TrackedJob['pollWantedAt'];
}

type Content = Checked<ExpectedContent, EqualTypes<ExpectedContent, v.Infer<typeof version2>>>;

const fileSchema: v.Type<Content> = v.union(version2, version1.map(fromVersion1));

const JOB_FILE = /^([0-9a-f]{32})\.json$/;
/** Names no job: a copy of a job's file that is there for a moment. See OlderWindows. */
export const COPY_KEY: JobKey = '0'.repeat(32);

/** @returns the keys of the job files among the names of a folder */
export function jobFileKeys(names: readonly string[]): JobKey[] {
  return names.flatMap((name) => JOB_FILE.exec(name)?.[1] ?? []).filter((key) => key !== COPY_KEY);
}

/** @returns the path of the job's file in the global storage folder `directory` */
export function jobFilePath(directory: string, key: JobKey): string {
  return path.join(directory, STORAGE_FOLDERS.jobs, `${key}.json`);
}

/** `misplaced`: the file of this key holds another job. It is a copy, or was renamed. */
export type StoredJob = VersionedContent<TrackedJob> | { readonly kind: 'misplaced'; readonly content: TrackedJob };

/** Reads the job's file. Rejects with the file system's own error. */
export async function readStoredJob(
  { files, directory, readJob }: Pick<WindowContext, 'files' | 'directory'> & { readonly readJob: ReadJob },
  key: JobKey,
): Promise<StoredJob> {
  const parse = (text: string | undefined) => readJobFile(text, readJob);
  const unusable = { kind: 'unreadable' } as const;
  const stored = await readOr(files, jobFilePath(directory, key), MAX_OLD_JOB_FILE_BYTES, parse, unusable);
  if (stored.kind !== 'ours' || jobKey(stored.content.reference) === key) return stored;
  return { kind: 'misplaced', content: stored.content };
}

/** @param text the file's content; undefined if there is no file */
export function readJobFile(text: string | undefined, readJob: ReadJob): VersionedContent<TrackedJob> {
  const file = readVersionedJson(text, VERSION, fileSchema);
  if (file.kind !== 'ours') return file;
  const { version, job: raw, cut, difficulty, lookWantedAt, ...fields } = file.content;
  const tracked = withSaneNumbers({
    ...withinLimits(fields),
    ...(difficulty === undefined ? {} : { pollFailure: { ...difficulty, error: withShortTexts(difficulty.error) } }),
    ...(lookWantedAt === undefined ? {} : { pollWantedAt: lookWantedAt }),
  });
  if (raw === undefined) return { kind: 'ours', content: tracked };
  const job = readJob(raw);
  if (job === undefined) return { kind: 'unreadable' };
  return { kind: 'ours', content: { ...tracked, job: inTimeOrder(cut === undefined ? job : withCut(job, cut)) } };
}

/** @returns the file's content, without session state */
export function writeJobFile(tracked: TrackedJob): string {
  const { job, pollFailure: difficulty, pollWantedAt: lookWantedAt, ...fields } = withoutSessionState(tracked);
  const { raw, cut } = job === undefined ? {} : withRaw(job);
  return `${JSON.stringify({ version: VERSION, ...fields, difficulty, lookWantedAt, cut, job: raw })}\n`;
}

/** Older versions had no limits. */
function withinLimits<Fields extends Pick<ExpectedContent, 'aliases' | 'history' | 'requestId' | 'label' | 'ending'>>(
  fields: Fields,
): Fields {
  const { aliases, history, requestId, label, ending } = fields;
  return {
    ...fields,
    aliases: aliases.filter((id) => id.length <= MAX_FIELD_LENGTH).slice(0, MAX_ALIASES),
    history: limitedHistory(history),
    ...(requestId === undefined ? {} : { requestId: cutOptionalText(requestId) }),
    ...(label === undefined ? {} : { label: cutText(label) }),
    ...(ending === undefined ? {} : { ending: { ...ending, status: cutText(ending.status) } }),
  };
}

/** A file of an older version may hold a whole job, which was cut when it was read. */
function withCut(job: Job, { missingSubJobs, maxBytes }: CutJob): Job {
  const missing = (job.cut?.missingSubJobs ?? 0) + clampInteger(missingSubJobs, 0, MAX_SHOW_JOB_BYTES);
  const limit =
    maxBytes === undefined ? {} : { maxBytes: clampInteger(maxBytes, MIN_RAW_JOB_BYTES, MAX_RAW_JOB_BYTES) };
  return { ...job, cut: { missingSubJobs: missing, ...limit } };
}

/** Version 1 did not record whether an ending had been seen; its endings were announced, so they count as seen. */
function fromVersion1({ version, ...fields }: v.Infer<typeof version1>): Content {
  return {
    ...newlyTracked(fields.reference, fields.trackedAt),
    ...fields,
    history: [],
    seenEnding: fields.endingNumber,
    version: VERSION,
  };
}

function isHttpStatus(status: number): boolean {
  return Number.isInteger(status) && status >= 100 && status <= 599;
}
