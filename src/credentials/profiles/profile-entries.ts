/** The entries of profiles.json: profiles, and entries that this version cannot read and leaves as they are. */
// valita: see src/cloud/api/json-schema.ts.
import * as v from '@badrap/valita';
import { isOnThisComputer, parseEndpoint } from '../../cloud/places/endpoint';
import { regionOfEndpoint } from '../../cloud/places/regions';
import { type Checked, type EqualTypes, oneOf } from '../../storage/schema-check';
import { readVersionedJson, type VersionedContent } from '../../storage/versioned-json';
import { ENVIRONMENT_FAMILIES } from '../sources/key-source';
import { itemTexts } from './json-text';
import { profileId, type SavedProfile } from './profile';

const VERSION = 2;
/** A usual entry has 400 characters. */
const MAX_ENTRY_CHARACTERS = 8 * 1024;
const MAX_FILE_CHARACTERS = 256 * 1024;
/** More would take seconds to read; the file is read at each request. */
const MAX_ENTRIES = 1000;
const MAX_PROFILES = 200;
const MAX_NAME_CHARACTERS = 100;

export interface UnreadableProfile {
  /** The profile id of the entry's project; missing if neither project nor id is readable. */
  readonly id?: string | undefined;
  /** At most 100 characters. */
  readonly name?: string | undefined;
  readonly reason:
    /** This version does not know the kind of its source. */
    | 'newer'
    /** A field is missing or invalid. */
    | 'damaged'
    /** The id is not that of the endpoint and project, which were edited. */
    | 'other-place'
    /** An earlier profile has the same id. */
    | 'duplicate'
    | 'too-large'
    /** It follows 200 profiles. */
    | 'too-many';
}

/** `text` is the entry exactly as in the file. */
export type ProfileEntry = { readonly text: string } & (
  { readonly profile: CheckedProfile } | { readonly unreadable: UnreadableProfile }
);

const MAX_DATE_MS = 8.64e15;
const instant = v.number().assert((time) => Math.abs(time) <= MAX_DATE_MS, 'not a time');
const endpoint = v.string().assert((text) => {
  const parsed = parseEndpoint(text);
  return parsed.ok && parsed.origin === text;
}, 'not an endpoint');

const fieldsOfVersion1 = {
  id: v.string(),
  endpoint,
  region: v.string().optional(),
  projectId: v.string(),
  keyChangedAt: instant,
};
/** Before version 2, all keys were typed. */
const profileOfVersion1 = v
  .object({ ...fieldsOfVersion1, accessKeyStart: v.string() })
  .map((profile): SavedProfile => ({ ...profile, source: { kind: 'stored' } }));

const sourceSchema = v.union(
  v.object({ kind: v.literal('stored') }),
  v.object({ kind: v.literal('token') }),
  v.object({
    kind: v.literal('password'),
    iamEndpoint: v.string(),
    domain: v.string(),
    user: v.string(),
    mfaUserId: v.string().optional(),
  }),
  v.object({ kind: v.literal('environment'), family: oneOf(ENVIRONMENT_FAMILIES) }),
  v.object({ kind: v.literal('sdk-file'), file: v.string(), section: v.string() }),
  v.object({ kind: v.literal('koocli'), file: v.string(), profile: v.string() }),
);
const profileSchema = v.object({
  ...fieldsOfVersion1,
  name: v.string().optional(),
  projectName: v.string().optional(),
  source: sourceSchema,
  accessKeyStart: v.string().optional(),
  expiresAt: instant.optional(),
  verifiedAt: instant.optional(),
  isDefault: v.boolean().optional(),
});
/** A field or a kind of source that only the type or only the schema has does not compile. */
type CheckedProfile = Checked<SavedProfile, EqualTypes<SavedProfile, v.Infer<typeof profileSchema>>>;
/** The form of all sources, also of unknown kinds. */
const anySource = v.object({ source: v.object({ kind: v.string(), family: v.string().optional() }) });
const anyProject = v.object({ endpoint: v.string(), projectId: v.string() });
const anyId = v.object({ id: v.string().assert((id) => /^[0-9a-f]{16}$/.test(id)) });
const anyName = v.object({ name: v.string() });

const fileSchema = v.object({
  version: v
    .unknown()
    .assert((version) => typeof version !== 'number' || version <= VERSION)
    .optional(),
  profiles: v.array(v.unknown()),
});

/**
 * Reads each entry of the file by itself, so that an unreadable one does not affect the others.
 * @param text undefined if there is no file.
 * @returns `unreadable` if the text is not JSON, has no list of profiles, or is longer than 256 Ki characters or 1000
 * entries.
 */
export function readEntries(text: string | undefined): VersionedContent<readonly ProfileEntry[]> {
  if (text === undefined) return { kind: 'absent' };
  if (text.length > MAX_FILE_CHARACTERS) return { kind: 'unreadable' };
  const read = readVersionedJson(text, VERSION, fileSchema);
  if (read.kind !== 'ours') return read;
  const { version, profiles } = read.content;
  if (profiles.length > MAX_ENTRIES) return { kind: 'unreadable' };
  const schema = version === 1 ? profileOfVersion1 : profileSchema;
  const texts = itemTexts(text, 'profiles');
  const known = new Set<string>();
  const content = profiles.map((json, index): ProfileEntry => {
    const entry = readEntry(json, texts[index] ?? '', schema);
    if ('unreadable' in entry) return entry;
    const { id } = entry.profile;
    if (known.has(id)) return unreadableEntry(json, entry.text, 'duplicate');
    if (known.size === MAX_PROFILES) return unreadableEntry(json, entry.text, 'too-many');
    known.add(id);
    return version === 1 ? entryOf(entry.profile) : entry;
  });
  return { kind: 'ours', content };
}

/**
 * Returns the file's text, and its entries, after a change of its profiles. A profile that `change` returns as it was, and an entry
 * that is unreadable, keep their text, and all keep their order; a new profile comes last.
 *
 * A new profile does not replace an unreadable entry of the same project, but comes before it: a version that can read
 * both then uses the credentials that the person gave last. Removing a profile also removes its duplicates, which would
 * bring it back.
 *
 * Throws if a changed profile could not be read again, since it or the list would be too long.
 */
export function changeEntries(
  entries: readonly ProfileEntry[],
  change: (profiles: readonly SavedProfile[]) => readonly SavedProfile[],
): { readonly text: string; readonly entries: readonly ProfileEntry[] } {
  const before = profilesIn(entries);
  const after = change(before);
  const unwritten = new Map(after.map((profile) => [profile.id, profile]));
  const removed = new Set(before.map(({ id }) => id).filter((id) => !unwritten.has(id)));
  const changed: ProfileEntry[] = [];
  for (const entry of entries) {
    if ('unreadable' in entry) {
      const { id = '', reason } = entry.unreadable;
      if (reason !== 'duplicate' || !removed.has(id)) changed.push(entry);
      continue;
    }
    const profile = unwritten.get(entry.profile.id);
    unwritten.delete(entry.profile.id);
    if (profile !== undefined) changed.push(profile === entry.profile ? entry : entryOf(profile));
  }
  for (const profile of unwritten.values()) {
    const unreadable = changed.findIndex((entry) => 'unreadable' in entry && entry.unreadable.id === profile.id);
    changed.splice(unreadable === -1 ? changed.length : unreadable, 0, entryOf(profile));
  }
  const text = textOf(changed);
  const read = readEntries(text);
  if (read.kind === 'ours') {
    const readable = new Set(profilesIn(read.content).map(({ id }) => id));
    if (after.every(({ id }) => readable.has(id))) return { text, entries: read.content };
  }
  throw new Error(`A name or path is too long, or there are more than ${MAX_PROFILES} credentials.`);
}

/** Returns the profiles, of which at most one is the default: the first that says so. */
export function profilesIn(entries: readonly ProfileEntry[]): readonly SavedProfile[] {
  const profiles = entries.flatMap((entry) => ('profile' in entry ? [entry.profile] : []));
  const first = profiles.find(({ isDefault }) => isDefault);
  return profiles.map((profile) =>
    profile.isDefault && profile !== first ? { ...profile, isDefault: false } : profile,
  );
}

export function unreadableIn(entries: readonly ProfileEntry[]): readonly UnreadableProfile[] {
  return entries.flatMap((entry) => ('unreadable' in entry ? [entry.unreadable] : []));
}

function readEntry(json: unknown, text: string, schema: v.Type<SavedProfile>): ProfileEntry {
  if (text.length > MAX_ENTRY_CHARACTERS) return unreadableEntry(json, text, 'too-large');
  const parsed = schema.try(json, { mode: 'strip' });
  if (parsed.ok) {
    const { id, endpoint, projectId } = parsed.value;
    // Another project's id would send that project's secret to this endpoint.
    if (id !== profileId(endpoint, projectId)) return unreadableEntry(json, text, 'other-place');
    return { text, profile: withOwnRegion(parsed.value) };
  }
  const isUnknown = parsed.issues.some(({ code, path: [field] }) => code === 'invalid_literal' && field === 'source');
  return unreadableEntry(json, text, isUnknown && passes(anySource, json) ? 'newer' : 'damaged');
}

/** Removes a region that the endpoint does not belong to: its name would hide where requests go. */
function withOwnRegion(profile: SavedProfile): SavedProfile {
  const { region, endpoint } = profile;
  const isOwn = region === undefined || region === regionOfEndpoint(endpoint) || isOnThisComputer(endpoint);
  return isOwn ? profile : { ...profile, region: undefined };
}

function unreadableEntry(json: unknown, text: string, reason: UnreadableProfile['reason']): ProfileEntry {
  const project = anyProject.try(json, { mode: 'strip' });
  const named = anyName.try(json, { mode: 'strip' });
  const identified = anyId.try(json, { mode: 'strip' });
  const id = project.ok
    ? profileId(project.value.endpoint, project.value.projectId)
    : identified.ok
      ? identified.value.id
      : undefined;
  const name = named.ok ? named.value.name.slice(0, MAX_NAME_CHARACTERS) : undefined;
  return { text, unreadable: { id, name, reason } };
}

function entryOf(profile: SavedProfile): ProfileEntry {
  return { profile, text: JSON.stringify(profile, null, 2).replaceAll('\n', '\n    ') };
}

/** Formats the file as JSON.stringify does with two spaces. */
function textOf(entries: readonly ProfileEntry[]): string {
  const list = entries.map(({ text }) => `\n    ${text}`).join(',');
  return `{\n  "version": ${VERSION},\n  "profiles": [${list === '' ? '' : `${list}\n  `}]\n}\n`;
}

function passes(schema: v.Type, json: unknown): boolean {
  return schema.try(json, { mode: 'strip' }).ok;
}
