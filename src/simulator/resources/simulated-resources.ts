/** The load balancers and listeners of the simulated cloud: those that jobs work on. Tests rename, change and delete them. */
import { InputError } from '../base/input-error';
import { type StartedJob, statusAt } from '../jobs/job-script';
import { OFFICIAL_EXAMPLE } from '../jobs/official-example';
import { LISTENERS, listenerName, loadBalancerName } from './sample-names';
import { hasDeleted, resourcesOf, type ResourceType, stateAfter } from './worked-resources';

export interface ResourceChange {
  /** Any text, and also an empty one. */
  readonly name?: string | undefined;
  /** A documented state or any other, in place of the state that follows from the jobs. */
  readonly provisioningStatus?: string | undefined;
  readonly operatingStatus?: string | undefined;
}

/** A load balancer or a listener at an instant. */
export interface SimulatedResource {
  readonly projectId: string;
  readonly id: string;
  readonly type: ResourceType;
  readonly name: string;
  readonly provisioningStatus: string;
  readonly operatingStatus: string;
  /** Ms since the epoch. */
  readonly createdAt: number;
  /** Of a load balancer. */
  readonly vipAddress?: string | undefined;
  /** Of a listener. */
  readonly listens?: Listens | undefined;
  readonly isInRecycleBin: boolean;
}

interface Listens {
  readonly protocol: string;
  readonly port: number;
  readonly loadBalancerIds: readonly string[];
}

interface Entry extends Omit<SimulatedResource, 'provisioningStatus' | 'operatingStatus' | 'isInRecycleBin'> {
  readonly jobs: StartedJob[];
  change: ResourceChange;
  isGone: boolean;
}

export class SimulatedResources {
  readonly #now: () => number;
  readonly #projects = new Map<string, Map<string, Entry>>();
  readonly #counts = { loadbalancer: 0, listener: 0 };

  /** @param now the time in ms since the epoch. */
  constructor(now: () => number) {
    this.#now = now;
    const { projectId, job } = OFFICIAL_EXAMPLE;
    this.#add({
      ...{ projectId, id: job.resource_id, type: 'loadbalancer', name: 'docs-example', jobs: [] },
      ...{ createdAt: Date.parse(job.begin_time), vipAddress: addressAt(0) },
    });
  }

  /** Adds the resources of a job that are not known yet, each with the next name. */
  addOf(job: StartedJob): void {
    const all = resourcesOf(job.script);
    const loadBalancer = all.find(({ type }) => type === 'loadbalancer');
    for (const { id, type } of all) {
      const { projectId, startedAt: createdAt } = job;
      const known = this.#projects.get(projectId)?.get(id);
      if (known !== undefined) {
        known.jobs.push(job);
        continue;
      }
      const index = this.#counts[type];
      this.#counts[type] += 1;
      const facts = { projectId, id, type, createdAt, jobs: [job] };
      this.#add(
        type === 'loadbalancer'
          ? { ...facts, name: loadBalancerName(index), vipAddress: addressAt(index + 1) }
          : { ...facts, name: listenerName(index), listens: listensAt(index, loadBalancer?.id) },
      );
    }
  }

  /** Changes the given facts and keeps the others. @throws InputError for an id that no job has. */
  change(id: string, change: ResourceChange): void {
    for (const entry of this.#entriesOf(id)) entry.change = { ...entry.change, ...change };
  }

  /** Deletes a resource: no list has it any more. @throws InputError for an id that no job has. */
  remove(id: string): void {
    for (const entry of this.#entriesOf(id)) entry.isGone = true;
  }

  /** Deletes for good the load balancers that completed jobs have moved to the recycle bin, in all projects. */
  emptyRecycleBin(): void {
    for (const entry of this.#all()) if (this.#isInRecycleBin(entry)) entry.isGone = true;
  }

  /**
   * Returns those that exist, ordered by id, without those in the recycle bin.
   * @param ids all if missing
   */
  list(projectId: string, type: ResourceType, ids?: ReadonlySet<string>): readonly SimulatedResource[] {
    return this.#select(projectId, type, ids).filter(({ isInRecycleBin }) => !isInRecycleBin);
  }

  /** Same as `list`, for the load balancers in the recycle bin. */
  recycleBin(projectId: string, ids?: ReadonlySet<string>): readonly SimulatedResource[] {
    return this.#select(projectId, 'loadbalancer', ids).filter(({ isInRecycleBin }) => isInRecycleBin);
  }

  /** Returns those that exist in all projects, with those in the recycle bin, in order of creation. */
  all(): readonly SimulatedResource[] {
    return this.#all().flatMap((entry) => this.#at(entry));
  }

  #add(entry: Omit<Entry, 'change' | 'isGone'>): void {
    const project = this.#projects.get(entry.projectId) ?? new Map<string, Entry>();
    this.#projects.set(entry.projectId, project);
    project.set(entry.id, { ...entry, change: {}, isGone: false });
  }

  #all(): readonly Entry[] {
    return [...this.#projects.values()].flatMap((project) => [...project.values()]);
  }

  #entriesOf(id: string): readonly Entry[] {
    const entries = [...this.#projects.values()].flatMap((project) => project.get(id) ?? []);
    if (entries.length === 0) throw new InputError(`No job works on a resource ${id}.`);
    return entries;
  }

  #select(projectId: string, type: ResourceType, ids?: ReadonlySet<string>): readonly SimulatedResource[] {
    const project = this.#projects.get(projectId) ?? new Map<string, Entry>();
    const entries = ids === undefined ? [...project.values()] : [...ids].flatMap((id) => project.get(id) ?? []);
    return entries
      .filter((entry) => entry.type === type)
      .flatMap((entry) => this.#at(entry))
      .sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  #at(entry: Entry): SimulatedResource[] {
    const { jobs, change, isGone, ...facts } = entry;
    if (isGone) return [];
    const now = this.#now();
    const after = jobs.flatMap((job) => stateAfter(job.script.jobType, statusAt(job, now)) ?? []).at(-1);
    return [
      {
        ...facts,
        name: change.name ?? facts.name,
        provisioningStatus: change.provisioningStatus ?? after ?? 'ACTIVE',
        operatingStatus: change.operatingStatus ?? 'ONLINE',
        isInRecycleBin: this.#isInRecycleBin(entry),
      },
    ];
  }

  #isInRecycleBin({ id, jobs }: Entry): boolean {
    return jobs.some((job) => hasDeleted(job.script, statusAt(job, this.#now()), id));
  }
}

function addressAt(index: number): string {
  return `192.168.${Math.floor(index / 250) % 256}.${(index % 250) + 2}`;
}

function listensAt(index: number, loadBalancerId: string | undefined): Listens {
  const { protocol, port } = LISTENERS[index % LISTENERS.length] ?? LISTENERS[0];
  return { protocol, port, loadBalancerIds: loadBalancerId === undefined ? [] : [loadBalancerId] };
}
