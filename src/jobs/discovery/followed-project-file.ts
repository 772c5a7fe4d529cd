/** The content of a followed project's file: its schema, and its conversion from and to `FollowedProject`. */
// valita: see src/cloud/api/json-schema.ts.
import * as v from '@badrap/valita';
import { MAX_INSTANT } from '../../base/limits';
import { clampInteger, saneInstant } from '../../storage/damaged-numbers';
import { readVersionedJson, type VersionedContent } from '../../storage/versioned-json';
import type { FollowedProject } from './followed-project';

const VERSION = 1;

/** A time in the future counts as now: see newSince(). */
const instant = v.number().map((time) => clampInteger(time, 0, MAX_INSTANT));
const optionalInstant = v.number().map(saneInstant).optional();
const fileSchema = v.object({
  version: v.literal(VERSION),
  endpoint: v.string(),
  projectId: v.string(),
  since: instant,
  listedAt: instant,
  notBefore: optionalInstant,
  passedOver: v.array(v.object({ id: v.string(), begin: instant })),
  refused: v.union(v.literal('forbidden'), v.literal('gateway-forbidden'), v.literal('api-absent')).optional(),
  lookWantedAt: optionalInstant,
  attendedAt: optionalInstant,
});

type FileContent = v.Infer<typeof fileSchema>;
/** A type with no field left out, so that a literal that lacks an optional field fails to compile. */
type Complete<T> = { readonly [Name in keyof Required<T>]: T[Name] };

/** @param text undefined if there is no file */
export function readFollowedProject(text: string | undefined): VersionedContent<FollowedProject> {
  const read = readVersionedJson(text, VERSION, fileSchema);
  return read.kind === 'ours' ? { kind: 'ours', content: fromFile(read.content) } : read;
}

export function writeFollowedProject(project: FollowedProject): string {
  return `${JSON.stringify(toFile(project))}\n`;
}

// These two hold the type and the schema equal: a field or a kind of refusal on one side alone fails to compile.

function fromFile(content: FileContent): Complete<FollowedProject> {
  return {
    endpoint: content.endpoint,
    projectId: content.projectId,
    since: content.since,
    listedAt: content.listedAt,
    notBefore: content.notBefore,
    dismissedJobs: content.passedOver,
    refused: content.refused,
    listWantedAt: content.lookWantedAt,
    focusedAt: content.attendedAt,
  };
}

function toFile(project: FollowedProject): Complete<FileContent> {
  return {
    version: VERSION,
    endpoint: project.endpoint,
    projectId: project.projectId,
    since: project.since,
    listedAt: project.listedAt,
    notBefore: project.notBefore,
    passedOver: [...project.dismissedJobs],
    refused: project.refused,
    lookWantedAt: project.listWantedAt,
    attendedAt: project.focusedAt,
  };
}
