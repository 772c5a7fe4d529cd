/** Fuzzes the files in the global storage: each reader gets what another program, or a fault, made of them. */
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { MAX_JOB_FILE_BYTES, MAX_SMALL_FILE_BYTES, MAX_STATE_FILE_BYTES } from '../../../src/base/limits';
import { readJob } from '../../../src/cloud/api/job-schema';
import { ProfileFile } from '../../../src/credentials/profiles/profile-file';
import { readRefusal, UNREADABLE_REFUSAL, writeRefusal } from '../../../src/credentials/refusals/refusal';
import { requestBudgets } from '../../../src/jobs/budget/shared-request-budget';
import { readFollowedProject, writeFollowedProject } from '../../../src/jobs/discovery/followed-project-file';
import { JobDirectory } from '../../../src/jobs/store/job-directory';
import { writeJobFile } from '../../../src/jobs/files/job-file';
import { readOr } from '../../../src/storage/file-system';
import { Lease } from '../../../src/storage/lease';
import { FakeClock } from '../fake-clock';
import { buildAllViews } from '../hostile/all-views';
import { MemoryFileSystem } from '../memory-file-system';
import { MemoryLog } from '../samples';
import type { Fuzzer } from './fuzzer';
import { Mutator } from './mutator';

const DIRECTORY = '/storage';
const NOW = Date.UTC(2026, 0, 1, 1);
const FIXTURE = path.join('test', 'fixtures', 'state-0.1.0', 'global-storage');
const VIEWS_SHARE = 0.02;

interface StateFile {
  readonly file: string;
  readonly text: string;
}

interface Reading {
  readonly file: string;
  /** The mutated text. */
  readonly text: string;
  readonly files: MemoryFileSystem;
  readonly hasViews: boolean;
  readonly shared: { directory: string; files: MemoryFileSystem; clock: FakeClock; log: MemoryLog; owner: string };
}

/** Reads a file as the extension does, and writes it again. @returns the bytes that were stored */
type Reader = (reading: Reading) => Promise<number>;

const READERS: Readonly<Record<string, Reader>> = {
  jobs: readJobs,
  'profiles.json': readProfiles,
  refusals: readAndWriteRefusal,
  follow: readAndWriteFollowed,
  budgets: takeFromBudget,
  leases: competeForLease,
};

export const stateFileFuzzer: Fuzzer = {
  name: 'mutated state files',
  inputsPerCase: 1,
  prepare: async (random) => {
    const [kind, reader] = random.pick(Object.entries(READERS));
    const seed = random.pick(filesOf(kind));
    const mutator = new Mutator(random);
    const json = JSON.stringify(mutator.json(JSON.parse(seed.text), random.between(0, 5)));
    const text = random.chance(0.2) ? mutator.text(json, random.between(1, 3)) : json;
    const files = new MemoryFileSystem();
    await files.replace(seed.file, text);
    const shared = { directory: DIRECTORY, files, clock: new FakeClock(NOW), log: new MemoryLog(), owner: 'fuzz' };
    const hasViews = random.chance(VIEWS_SHARE);
    return async () => ({ storedBytes: await reader({ file: seed.file, text, files, hasViews, shared }) });
  },
};

/** The files that version 0.1.0 left, by the folder or file in the global storage. */
const seeds = new Map<string, readonly StateFile[]>();

function filesOf(kind: string): readonly StateFile[] {
  const known = seeds.get(kind);
  if (known !== undefined) return known;
  const root = path.join(FIXTURE, kind);
  const names = kind.endsWith('.json') ? [''] : readdirSync(root);
  const found = names.map((name) => ({
    file: path.join(DIRECTORY, kind, name),
    text: readFileSync(path.join(root, name), 'utf8'),
  }));
  seeds.set(kind, found);
  return found;
}

async function readJobs({ file, text, files, hasViews, shared }: Reading): Promise<number> {
  const quarantined: string[] = [];
  const directory = new JobDirectory({ ...shared, readJob, onQuarantine: (moved) => quarantined.push(moved) });
  const key = path.basename(file, '.json');
  const tracked = await directory.read(key);
  if (tracked === undefined) {
    // Nothing is lost: the file is left alone, or set aside as it was.
    assert.ok([...files.files.values()].includes(text));
    return 0;
  }
  const written = writeJobFile(tracked);
  assert.ok(Buffer.byteLength(written) <= MAX_JOB_FILE_BYTES);
  await directory.change(key, tracked, (stored) => ({ ...stored }));
  assert.equal(files.files.get(file), written);
  assert.deepEqual(asJson(await directory.read(key)), asJson(tracked), 'what is written is read back');
  assert.deepEqual(quarantined, []);
  if (hasViews) await buildAllViews(tracked);
  await directory.remove([key]);
  assert.equal(files.files.has(file), false);
  return Buffer.byteLength(written);
}

async function readProfiles({ file, text, files, shared }: Reading): Promise<number> {
  const profileFile = new ProfileFile({ ...shared, onQuarantine: () => undefined });
  let list: Awaited<ReturnType<ProfileFile['load']>>;
  try {
    list = await profileFile.load();
  } catch (cause) {
    assert.match(String(cause), /was written by a newer version/);
    assert.equal(files.files.get(file), text);
    return 0;
  }
  if (!files.files.has(file)) assert.ok([...files.files.values()].includes(text), 'set aside as it was');
  const ids = list.profiles.map(({ id }) => id);
  assert.equal(new Set(ids).size, ids.length);
  const edited = await profileFile.edit((profiles) => [...profiles]);
  // Writing a file of version 1 raises its version, and with it entries may become readable.
  const kept = new Set([...edited.profiles, ...edited.unreadable].map(({ id }) => id));
  assert.ok(
    [...list.profiles, ...list.unreadable].every(({ id }) => kept.has(id)),
    'an entry is lost',
  );
  assert.deepEqual(asJson(await profileFile.load()), asJson(edited), 'what is written is read back');
  const bytes = Buffer.byteLength(files.files.get(file) ?? '');
  assert.ok(bytes <= MAX_STATE_FILE_BYTES);
  return bytes;
}

async function readAndWriteRefusal({ file, files }: Reading): Promise<number> {
  const refusal = await readOr(files, file, MAX_SMALL_FILE_BYTES, (text = '') => readRefusal(text), UNREADABLE_REFUSAL);
  const written = writeRefusal(refusal);
  const again = readRefusal(written);
  // JSON has no infinite numbers. What cannot be read is a refusal as well.
  if (again !== UNREADABLE_REFUSAL) {
    assert.deepEqual(asJson(again), asJson(refusal), 'what is written is read back');
  }
  return Buffer.byteLength(written);
}

async function readAndWriteFollowed({ file, files }: Reading): Promise<number> {
  const unusable = { kind: 'unreadable' } as const;
  const read = await readOr(files, file, MAX_STATE_FILE_BYTES, readFollowedProject, unusable);
  if (read.kind !== 'ours') return 0;
  const written = writeFollowedProject(read.content);
  assert.deepEqual(asJson(readFollowedProject(written)), asJson(read), 'what is written is read back');
  return Buffer.byteLength(written);
}

async function takeFromBudget({ file, text, shared, files }: Reading): Promise<number> {
  const budget = requestBudgets({ ...shared, limit: () => 100 })(path.basename(file, '.json'));
  for (const count of [1, 1]) {
    const delayMs = await budget.take(count);
    assert.ok(delayMs >= 0 && delayMs <= MAX_BUDGET_DELAY_MS, `a request waits ${delayMs} ms`);
  }
  const written = files.files.get(file) ?? '';
  return written === text ? 0 : Buffer.byteLength(written);
}

/** The window of the budget, with its margin. */
const MAX_BUDGET_DELAY_MS = 303_000;

async function competeForLease({ file, shared, files }: Reading): Promise<number> {
  const name = path.basename(file).replace(/\.\d+$/, '');
  const leases = ['one', 'two'].map((owner) => new Lease({ ...shared, owner, name }));
  try {
    const held = [];
    for (const lease of leases) held.push(await lease.tryHold());
    assert.ok(held.filter(Boolean).length <= 1, 'two windows hold the lease');
  } finally {
    for (const lease of leases) lease.dispose();
  }
  const written = [...files.files].filter(([other]) => other !== file).map(([, content]) => content);
  return Math.max(0, ...written.map((content) => Buffer.byteLength(content)));
}

/** Without fields that are undefined. */
const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
