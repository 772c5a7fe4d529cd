/** The content of a tracked job's file: what it holds, in which version, and how older versions become this one. */
// valita: see src/cloud/api/json-schema.ts.
import * as v from '@badrap/valita';
import type { Job } from '../../cloud/api/job';
import { inTimeOrder, withoutSessionState, newlyTracked, type TrackedJob } from '../model/tracked-job';

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
        kind: v.union(v.literal('not-found'), v.literal('no-longer-kept'), v.literal('forbidden')),
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
const anyVersion = v.object({ version: v.number() });

export type JobFileContent =
  | { readonly kind: 'ours'; readonly tracked: TrackedJob }
  /** `newer` was written by a version of this extension that is to come, and is its to read. */
  | { readonly kind: 'newer' | 'unreadable' };

/** @param readJob reads a job as the service sent it; undefined where it is none. */
export function readJobFile(text: string, readJob: (raw: unknown) => Job | undefined): JobFileContent {
  const json = parseJson(text);
  const parsed = version2.try(fromVersion1(json) ?? json, { mode: 'strip' });
  if (!parsed.ok) {
    const other = anyVersion.try(json, { mode: 'strip' });
    return { kind: other.ok && other.value.version > VERSION ? 'newer' : 'unreadable' };
  }
  const { version, job: raw, difficulty, lookWantedAt, ...kept } = parsed.value;
  const tracked = {
    ...kept,
    ...(difficulty === undefined ? {} : { pollFailure: difficulty }),
    ...(lookWantedAt === undefined ? {} : { pollWantedAt: lookWantedAt }),
  };
  if (raw === undefined) return { kind: 'ours', tracked };
  const job = readJob(raw);
  return job === undefined ? { kind: 'unreadable' } : { kind: 'ours', tracked: { ...tracked, job: inTimeOrder(job) } };
}

export function writeJobFile(tracked: TrackedJob): string {
  const { job, pollFailure: difficulty, pollWantedAt: lookWantedAt, ...kept } = withoutSessionState(tracked);
  return `${JSON.stringify({ version: VERSION, ...kept, difficulty, lookWantedAt, job: job?.raw })}\n`;
}

/** An ending of that time was announced and needs no second look. */
function fromVersion1(json: unknown): unknown {
  const parsed = version1.try(json, { mode: 'strip' });
  if (!parsed.ok) return undefined;
  const { version, ...kept } = parsed.value;
  return { ...newlyTracked(kept.reference, kept.trackedAt), ...kept, seenEnding: kept.endingNumber, version: VERSION };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
