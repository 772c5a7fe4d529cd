/** Looks up the names and states of a project's resources: ids are gathered for a while, and requested together. */
import type { Clock, Instant } from '../../base/clock';
import type { Log } from '../../base/log';
import { MINUTE, SECOND } from '../../base/time-units';
import { type PollError, refusesCredential } from '../model/poll-error';
import { isSameProject, projectName, type ProjectReference } from '../model/project';
import type { TrackedJob } from '../model/tracked-job';
import type { JobStore } from '../store/job-store';
import {
  type KnownChange,
  type KnownProject,
  withLookUp,
  withoutRefusals,
  withQuotas,
  withRecycleBin,
  withRefusal,
} from './known-project';
import type { KnownResources } from './known-resources';
import { MAX_IDS_PER_REQUEST, type ResourceSource } from './resource-source';
import { ACTIONS, KnownIndex, type LookUpKind, type WantedLookUp } from './wanted-lookups';

export interface ResourceParts {
  readonly known: Pick<KnownResources, 'isOn' | 'of' | 'change' | 'onDidChange'>;
  readonly resourceSource: ResourceSource;
  /** Whether requests for the project cost nothing, so that ids need not be gathered. */
  readonly isFree?: (project: ProjectReference) => boolean;
}

interface ResourceLookUpsParts extends ResourceParts {
  readonly project: ProjectReference;
  readonly store: Pick<JobStore, 'all'>;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly log: Log;
}

/** Ids of one kind, for one request. */
interface Batch {
  readonly kind: LookUpKind;
  readonly ids: readonly string[];
  /** Whether nothing else is wanted now. */
  readonly isLast: boolean;
}

/** From the first wanted look-up to the request, so that one request serves all jobs that begin or end together. */
export const GATHER_MS = 30 * SECOND;
/** While requests are short, or another window polls. */
const POSTPONE_MS = MINUTE;
/** After a request that did not reach the service. */
export const RETRY_MS = 5 * MINUTE;
/** While a request is on its way, which plans the next one when it ends. */
const CHECK_MS = MINUTE;

/** Errors that are an answer although they have no HTTP status. */
const ANSWERED: ReadonlySet<PollError['kind']> = new Set<PollError['kind']>(['malformed', 'bad-request']);
/** Errors with an HTTP status that say nothing about names. */
const UNANSWERED: ReadonlySet<PollError['kind']> = new Set<PollError['kind']>(['throttled', 'proxy']);

export class ResourceLookUps {
  /** Undefined if nothing is wanted. */
  private nextAt: Instant | undefined;
  private isSending = false;
  /** The service does not have these APIs, until `resume` or `refresh`. */
  private readonly absent = new Set<LookUpKind>();
  /** Who asks, as far as this window knows. */
  private caller: string | undefined;
  private index: { readonly known: KnownProject; readonly byId: KnownIndex } | undefined;

  constructor(private readonly parts: ResourceLookUpsParts) {}

  /** Returns when the next request is due; later, not never, while one is on its way; undefined if none is planned. */
  dueAt(): Instant | undefined {
    return this.isSending ? this.parts.clock.now() + CHECK_MS : this.nextAt;
  }

  /** A job was added or changed. */
  changed(tracked: TrackedJob): void {
    if (this.nextAt !== undefined || !this.parts.known.isOn) return;
    const { clock } = this.parts;
    if (!isEmpty(this.wantedFor([tracked], clock.now()))) this.nextAt = clock.now() + this.gatherMs;
  }

  /** Names were turned on or off, or this or another window learned something: plans what is still wanted. */
  plan(): void {
    const { clock, known, project } = this.parts;
    const now = clock.now();
    const isWanted = known.isOn && !isEmpty(this.wantedFor(this.jobs(), now));
    this.nextAt = isWanted ? Math.min(this.nextAt ?? Infinity, now + this.gatherMs) : undefined;
    if (known.isOn && this.caller === undefined && known.of(project).refused.length > 0) this.forgetOtherRefusals();
  }

  /** Plans nothing until a job changes or the credentials do: this window has none. */
  suspend(): void {
    this.nextAt = undefined;
  }

  /** Polls are more important now, or another window makes the look-ups. */
  postpone(): void {
    if (this.nextAt !== undefined) this.nextAt = Math.max(this.nextAt, this.parts.clock.now() + POSTPONE_MS);
  }

  /** The credentials changed. */
  resume(): void {
    this.absent.clear();
    this.forgetOtherRefusals();
    this.plan();
  }

  /** A person refreshed: what was refused is requested once more. */
  refresh(): void {
    const { known, project } = this.parts;
    this.absent.clear();
    if (known.isOn && known.of(project).refused.length > 0) void known.change(project, withoutRefusals());
    this.plan();
  }

  /**
   * @returns the next request if it is due, which never rejects; its error is one of the credentials or of the request limit, else
   * undefined
   */
  next(): (() => Promise<PollError | undefined>) | undefined {
    const now = this.parts.clock.now();
    if (this.isSending || this.nextAt === undefined || now < this.nextAt) return undefined;
    const batch = this.parts.known.isOn ? this.nextBatch(now) : undefined;
    if (batch !== undefined) return () => this.send(batch);
    this.nextAt = undefined;
    return undefined;
  }

  private get gatherMs(): number {
    return this.parts.isFree?.(this.parts.project) === true ? 0 : GATHER_MS;
  }

  private async send(batch: Batch): Promise<PollError | undefined> {
    const { project, clock, log } = this.parts;
    this.isSending = true;
    // Ids that come meanwhile are gathered for the next request.
    this.nextAt = undefined;
    try {
      return await this.answerTo(batch);
    } catch (cause) {
      log.error(`Looking up names of project ${project.projectId} failed: ${String(cause)}`);
      this.nextAt = clock.now() + RETRY_MS;
      return undefined;
    } finally {
      this.isSending = false;
    }
  }

  private async answerTo({ kind, ids, isLast }: Batch): Promise<PollError | undefined> {
    const { resourceSource, project, clock, signal, log } = this.parts;
    this.caller = await resourceSource.callerOf(project);
    const result = await this.requestSafely(kind, ids);
    if (signal.aborted) return undefined;
    if (!result.ok && result.error.kind === 'cancelled') {
      this.plan();
      return undefined;
    }
    const now = clock.now();
    if (!isLast) this.nextAt = now;
    if (result.ok) {
      log.debug(`Project ${project.projectId}: looked up ${ids.length} (${kind})`);
      await this.learn(result.value(now));
      return undefined;
    }
    return this.failed(kind, ids, result.error, now);
  }

  /** @returns the error if it concerns more than names */
  private async failed(
    kind: LookUpKind,
    ids: readonly string[],
    error: PollError,
    now: Instant,
  ): Promise<PollError | undefined> {
    const { project, log } = this.parts;
    const facts = 'httpStatus' in error ? [error.httpStatus, error.code, error.message] : [error.message];
    const details = facts.filter((fact) => fact !== undefined).join(' · ');
    log.info(`Project ${project.projectId}: the look-up of ${kind} failed: ${error.kind} (${details})`);
    if (refusesCredential(error)) {
      this.suspend();
      return error;
    }
    if (!isAnswer(error)) {
      this.nextAt = now + RETRY_MS;
      return error.kind === 'throttled' ? error : undefined;
    }
    const isRefused = error.kind === 'forbidden' || error.kind === 'gateway-forbidden';
    if (isRefused && (await this.hasCallerChanged())) {
      this.plan();
      return undefined;
    }
    // A refusal of the recycle bin alone says nothing about names.
    if (isRefused && kind !== 'recycle-bin' && this.caller !== undefined) {
      await this.learn(withRefusal(ACTIONS[kind], this.caller));
    } else {
      if (isRefused || error.kind === 'api-absent') this.absent.add(kind);
      await this.learn(withoutAnswer(kind, ids, now));
    }
    return undefined;
  }

  /** Whether the credentials changed during the request: it says nothing about the new ones. */
  private async hasCallerChanged(): Promise<boolean> {
    const { resourceSource, project } = this.parts;
    return (await resourceSource.callerOf(project)) !== this.caller;
  }

  private async learn(change: KnownChange): Promise<void> {
    const { known, project } = this.parts;
    await known.change(project, change);
    this.plan();
  }

  private async requestSafely(kind: LookUpKind, ids: readonly string[]): ReturnType<typeof request> {
    const { resourceSource, project, signal, log } = this.parts;
    try {
      return await request(resourceSource, project, kind, ids, signal);
    } catch (cause) {
      log.error(`Looking up ${kind} of project ${project.projectId} threw: ${String(cause)}`);
      return { ok: false, error: { kind: 'malformed', message: 'The response could not be processed.' } };
    }
  }

  /** The ids of the kind that is wanted first, each once. */
  private nextBatch(now: Instant): Batch | undefined {
    const wanted = [...this.wantedFor(this.jobs(), now)];
    const [first] = wanted;
    if (first === undefined) return undefined;
    const { kind } = first;
    const all = new Set(wanted.flatMap((each) => (each.kind === kind ? [each.id] : [])));
    const ids = [...all].slice(0, MAX_IDS_PER_REQUEST);
    return { kind, ids, isLast: ids.length === all.size && wanted.every((each) => each.kind === kind) };
  }

  private *wantedFor(jobs: Iterable<TrackedJob>, now: Instant): Iterable<WantedLookUp> {
    const known = this.parts.known.of(this.parts.project);
    if (this.index?.known !== known) this.index = { known, byId: new KnownIndex(known) };
    const { byId } = this.index;
    const isRefused = ({ kind }: WantedLookUp) =>
      this.absent.has(kind) || known.refused.some(({ action }) => action === ACTIONS[kind]);
    for (const tracked of jobs) {
      for (const wanted of byId.wantedFor(tracked, now)) if (!isRefused(wanted)) yield wanted;
    }
  }

  private *jobs(): Iterable<TrackedJob> {
    const { store, project } = this.parts;
    for (const tracked of store.all().values()) if (isSameProject(tracked.reference, project)) yield tracked;
  }

  /** Other credentials may have the permissions that were refused to the earlier ones. */
  private forgetOtherRefusals(): void {
    const { resourceSource, known, project, log } = this.parts;
    if (known.of(project).refused.length === 0) return;
    resourceSource
      .callerOf(project)
      .then(async (caller) => {
        this.caller = caller;
        if (caller !== undefined) await known.change(project, withoutRefusals(caller));
      })
      .catch((cause: unknown) => {
        log.warn(
          `Whether names are refused to the credentials of ${projectName(project)} is unknown: ${String(cause)}`,
        );
      });
  }
}

function isEmpty(items: Iterable<unknown>): boolean {
  for (const _ of items) return false;
  return true;
}

/** Whether the service answered, so that the look-up counts. */
function isAnswer(error: PollError): boolean {
  if (UNANSWERED.has(error.kind)) return false;
  return ANSWERED.has(error.kind) || ('httpStatus' in error && error.httpStatus !== undefined);
}

/** @returns how the answer changes what is known */
async function request(
  source: ResourceSource,
  project: ProjectReference,
  kind: LookUpKind,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<
  | { readonly ok: true; readonly value: (now: Instant) => KnownChange }
  | { readonly ok: false; readonly error: PollError }
> {
  if (kind === 'quota') {
    const quotas = await source.listQuotas(project, ids, signal);
    return quotas.ok ? { ok: true, value: (now) => withQuotas(ids, quotas.value, now) } : quotas;
  }
  if (kind === 'recycle-bin') {
    const held = await source.listRecycleBin(project, ids, signal);
    return held.ok ? { ok: true, value: (now) => withRecycleBin(ids, new Set(held.value), now) } : held;
  }
  const found = await source.listResources(project, kind, ids, signal);
  return found.ok ? { ok: true, value: (now) => withLookUp(kind, ids, found.value, now) } : found;
}

function withoutAnswer(kind: LookUpKind, ids: readonly string[], now: Instant): KnownChange {
  if (kind === 'quota') return withQuotas(ids, [], now);
  return kind === 'recycle-bin' ? withRecycleBin(ids, undefined, now) : withLookUp(kind, ids, [], now);
}
