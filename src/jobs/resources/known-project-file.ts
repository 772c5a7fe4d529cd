/** The content of the file of a project's known resources: its schema, and its limits. */
// valita: see src/cloud/api/json-schema.ts.
import * as v from '@badrap/valita';
import { cutText } from '../../base/cut-text';
import {
  MAX_FIELD_LENGTH,
  MAX_INSTANT,
  MAX_KNOWN_QUOTAS,
  MAX_KNOWN_RESOURCES,
  MAX_QUERIED_ID_LENGTH,
  MAX_RESOURCE_FIELD_LENGTH,
  MAX_RESOURCE_NAME_LENGTH,
  MAX_STATE_FILE_BYTES,
} from '../../base/limits';
import { clampInteger } from '../../storage/damaged-numbers';
import { type Checked, type EqualTypes, oneOf } from '../../storage/schema-check';
import { readVersionedJson, type VersionedContent } from '../../storage/versioned-json';
import { RESOURCE_ACTIONS, RESOURCE_TYPES } from '../model/project-resources';
import { type KnownProject, type KnownResource, MAX_LOOKUPS } from './known-project';

const VERSION = 1;

const instant = v.number().map((time) => clampInteger(time, 0, MAX_INSTANT));
const text = (maxLength: number) => v.string().map((value) => cutText(value, maxLength));
const short = text(MAX_RESOURCE_FIELD_LENGTH);
/** Cut, an id would be another one. */
const id = v.string().assert((value) => value.length <= MAX_QUERIED_ID_LENGTH, 'too long');
const caller = v.string().assert((value) => value.length <= MAX_FIELD_LENGTH, 'too long');

const fileSchema = v.object({
  version: v.literal(VERSION),
  endpoint: v.string(),
  projectId: v.string(),
  resources: v
    .array(
      v.object({
        id,
        type: oneOf(RESOURCE_TYPES),
        lookedUpAt: v.array(instant).map((times) => times.slice(0, MAX_LOOKUPS)),
        found: v
          .object({
            name: text(MAX_RESOURCE_NAME_LENGTH).optional(),
            provisioningStatus: short.optional(),
            operatingStatus: short.optional(),
            vipAddress: short.optional(),
            seenAt: instant,
          })
          .optional(),
        recycleBin: v.object({ askedAt: instant, isHeld: v.boolean().optional() }).optional(),
      }),
    )
    .map((all) => all.slice(0, MAX_KNOWN_RESOURCES)),
  quotas: v
    .array(
      v.object({
        key: id,
        askedAt: instant,
        found: v.object({ limit: v.number(), used: v.number(), unit: short.optional() }).optional(),
      }),
    )
    .map((all) => all.slice(0, MAX_KNOWN_QUOTAS)),
  refused: v.array(v.object({ action: oneOf(RESOURCE_ACTIONS), caller })),
});

type ExpectedContent = KnownProject & { readonly version: typeof VERSION };
type Content = Checked<ExpectedContent, EqualTypes<ExpectedContent, v.Infer<typeof fileSchema>>>;

/** @param text undefined if there is no file */
export function readKnownProject(content: string | undefined): VersionedContent<KnownProject> {
  const read = readVersionedJson<Content>(content, VERSION, fileSchema);
  if (read.kind !== 'ours') return read;
  const { version, ...known } = read.content;
  return { kind: 'ours', content: known };
}

/**
 * @returns at most MAX_STATE_FILE_BYTES: if all is too long, without the names of the resources that were looked up first. When they
 * were looked up stays, so that they are not looked up again.
 */
export function writeKnownProject(known: KnownProject): string {
  const { endpoint, projectId, quotas, refused } = known;
  for (let named = known.resources.length; ; named = Math.floor(named / 2)) {
    const resources = known.resources.map((resource, index) => (index < named ? resource : withoutFound(resource)));
    const content: Content = { version: VERSION, endpoint, projectId, resources, quotas, refused };
    const written = `${JSON.stringify(content)}\n`;
    if (Buffer.byteLength(written) <= MAX_STATE_FILE_BYTES || named === 0) return written;
  }
}

function withoutFound({ found, ...resource }: KnownResource): KnownResource {
  return resource;
}
