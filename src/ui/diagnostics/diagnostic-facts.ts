/** Collects facts about the jobs, the polling and the files for a bug report: counts, but no ids, names, paths and hosts. */
import path from 'node:path';
import type { Clock } from '../../base/clock';
import { SECOND } from '../../base/time-units';
import { withTimeout } from '../../base/timing';
import { regionOfEndpoint } from '../../cloud/places/regions';
import type { CredentialManager } from '../../credentials/credential-manager';
import { isDemo } from '../../demo/demo-project';
import type { FollowedProjects } from '../../jobs/discovery/followed-projects';
import type { JobSource } from '../../jobs/job-source';
import { classifyStatus, hasFailed, isWaitingUpgrade } from '../../jobs/model/job-status';
import { projectHash } from '../../jobs/model/project-hash';
import { projectName, type ProjectReference } from '../../jobs/model/project';
import type { ProjectResources } from '../../jobs/model/project-resources';
import { isLost, isUnseen, type TrackedJob } from '../../jobs/model/tracked-job';
import type { PollEngine } from '../../jobs/polling/poll-engine';
import type { PollingPause } from '../../jobs/polling/polling-pause';
import type { JobStore } from '../../jobs/store/job-store';
import { isQuarantined, STORAGE_FOLDERS } from '../../storage/storage-folders';
import type { WindowContext } from '../../storage/window-context';
import { isPublicHost } from './anonymous-text';
import type { DiagnosticSection } from './diagnostics-report';

export interface DiagnosticParts extends Pick<WindowContext, 'files' | 'directory'> {
  readonly clock: Pick<Clock, 'now' | 'schedule'>;
  readonly store: Pick<JobStore, 'all'>;
  readonly credentials: Pick<CredentialManager, 'all' | 'unreadable'>;
  readonly followed: Pick<FollowedProjects, 'all'>;
  readonly pause: Pick<PollingPause, 'isPaused'>;
  readonly engine: Pick<PollEngine, 'stateOf'>;
  readonly source: Pick<JobSource, 'budgetOf'>;
  /** Milliseconds by which an endpoint's clock is ahead of this computer's, as far as known. */
  readonly clockSkewOf: (endpoint: string) => number;
  readonly showsNames: () => boolean;
  /** Whether the saved jobs and profiles are loaded. */
  readonly isLoaded: () => boolean;
}

type Fact = readonly [name: string, value: string];

/** For what is read from the disk, and from where keys are kept. */
const MAX_READING_MS = 2 * SECOND;
const UNREADABLE = 'could not be read';
const MAX_PROJECTS = 20;
/** Hexadecimal digits: enough to distinguish a person's projects. */
const PROJECT_HASH_LENGTH = 6;

/** Takes at most 2 seconds, and sends no request. */
export async function stateSections(parts: DiagnosticParts): Promise<readonly DiagnosticSection[]> {
  const jobs = [...parts.store.all().values()].filter(({ reference }) => !isDemo(reference));
  const projects = projectsOf(jobs, parts);
  const [files, ...budgets] = await Promise.all([
    fileFacts(parts),
    ...projects.slice(0, MAX_PROJECTS).map((project) => readInTime(parts, budgetWords(project, parts.source))),
  ]);
  const polling = budgets.map((budget, index): Fact => {
    const project = projects[index];
    return project === undefined
      ? ['', '']
      : [placeOf(project), `requests: ${budget}; ${pollingWords(project, parts)}`];
  });
  return [
    { title: 'Jobs, credentials and files', facts: [...countFacts(jobs, projects.length, parts), ...files] },
    { title: 'Polling', facts: [['Paused', yesOrNo(parts.pause.isPaused)], ...polling] },
    { title: 'Names of resources', facts: [['On', yesOrNo(parts.showsNames())], ...nameFacts(jobs)] },
  ];
}

function projectsOf(jobs: readonly TrackedJob[], parts: DiagnosticParts): readonly ProjectReference[] {
  const references = [...parts.credentials.all(), ...parts.followed.all(), ...jobs.map(({ reference }) => reference)];
  return [...new Map(references.map((reference) => [projectName(reference), reference])).values()];
}

function countFacts(jobs: readonly TrackedJob[], projects: number, parts: DiagnosticParts): readonly Fact[] {
  const profiles = parts.credentials.all();
  return [
    ['Saved state', parts.isLoaded() ? 'loaded' : 'not loaded'],
    ['Jobs', countsOf(jobs.map(stateOf))],
    ['Unseen endings', String(jobs.filter(isUnseen).length)],
    ['Failed polls', countsOf(jobs.flatMap(({ pollFailure }) => pollFailure?.error.kind ?? []))],
    ['Projects', String(projects)],
    ['Followed projects', String(parts.followed.all().length)],
    ['Credentials', countsOf(profiles.map(({ source }) => source.kind))],
    ['Refused credentials', countsOf(profiles.flatMap(({ refusal }) => refusal?.error.kind ?? []))],
    ['Unreadable credentials', String(parts.credentials.unreadable.length)],
  ];
}

function stateOf(tracked: TrackedJob): string {
  const { job } = tracked;
  if (isLost(tracked)) return 'lost';
  if (job === undefined) return 'without a response';
  if (isWaitingUpgrade(job)) return 'waiting';
  return hasFailed(job) ? 'failed' : classifyStatus(job.status);
}

/** E.g. `3 (failed 1, in-progress 2)`. */
function countsOf(words: readonly string[]): string {
  if (words.length === 0) return '0';
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  const parts = [...counts].sort().map(([word, count]) => `${word} ${count}`);
  return `${words.length} (${parts.join(', ')})`;
}

async function fileFacts(parts: DiagnosticParts): Promise<readonly Fact[]> {
  const names = (folder: string) => parts.files.names(path.join(parts.directory, folder));
  const inFolder = (folder: string, isCounted: (name: string) => boolean) =>
    readInTime(
      parts,
      names(folder).then((found) => String(found.filter(isCounted).length)),
    );
  const quarantined = async () => {
    const found = await Promise.all(['.', ...Object.values(STORAGE_FOLDERS)].map(names));
    return String(found.flat().filter(isQuarantined).length);
  };
  const [jobs, segments, aside] = await Promise.all([
    inFolder(STORAGE_FOLDERS.jobs, (name) => name.endsWith('.json')),
    inFolder(STORAGE_FOLDERS.ended, (name) => name.endsWith('.segment')),
    readInTime(parts, quarantined()),
  ]);
  return [
    ['Job files', jobs],
    ['Segments', segments],
    ['Quarantined files', aside],
  ];
}

async function budgetWords(project: ProjectReference, source: DiagnosticParts['source']): Promise<string> {
  const count = await (await source.budgetOf(project)).count?.();
  return count === undefined ? 'not counted' : `${count.used} of ${count.limit} in 5 minutes`;
}

function pollingWords(project: ProjectReference, parts: DiagnosticParts): string {
  const state = parts.engine.stateOf(project);
  const skewMs = parts.clockSkewOf(project.endpoint);
  const waitMs = (state?.availableAt ?? 0) - parts.clock.now();
  return [
    state === undefined ? 'nothing to poll' : `this window polls: ${yesOrNo(state.isPolling)}`,
    ...(waitMs > 0 ? [`next request in ${Math.ceil(waitMs / SECOND)} s at the earliest`] : []),
    ...(state?.stopReason === undefined ? [] : [`stopped: ${state.stopReason}`]),
    ...(skewMs === 0 ? [] : [`the endpoint’s clock is ${skewMs} ms ahead`]),
  ].join('; ');
}

function nameFacts(jobs: readonly TrackedJob[]): readonly Fact[] {
  const known = new Map<string, readonly [ProjectReference, ProjectResources]>();
  for (const { reference, resources } of jobs) {
    if (resources !== undefined) known.set(projectName(reference), [reference, resources]);
  }
  if (known.size === 0) return [['Known', 'nothing']];
  return [...known.values()].slice(0, MAX_PROJECTS).map(([project, { byId, quotas, refused }]) => {
    const types = countsOf([...byId.values()].map(({ type }) => type));
    const refusals = refused.size === 0 ? 'nothing' : [...refused].sort().join(', ');
    return [placeOf(project), `resources: ${types}; quotas: ${quotas.size}; refused: ${refusals}`];
  });
}

/** E.g. `Project 3f2a91 (cn-north-4)`: the same in all reports of a person. */
function placeOf(project: ProjectReference): string {
  const { host } = new URL(project.endpoint);
  const region = isPublicHost(host) ? (regionOfEndpoint(project.endpoint) ?? 'this computer') : 'custom endpoint';
  return `Project ${projectHash(project).slice(0, PROJECT_HASH_LENGTH)} (${region})`;
}

/** Never rejects, and does not wait for a disk that hangs. */
function readInTime({ clock }: DiagnosticParts, reading: Promise<string>): Promise<string> {
  const safe = reading.catch(() => UNREADABLE);
  return withTimeout(clock, MAX_READING_MS, safe, () => UNREADABLE);
}

function yesOrNo(isYes: boolean): string {
  return isYes ? 'yes' : 'no';
}
