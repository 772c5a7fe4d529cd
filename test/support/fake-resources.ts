/** Load balancers, listeners and quotas whose names a test sets, and that record the requests for them. */
import type { Result } from '../../src/cloud/http/error';
import type { PollError } from '../../src/jobs/model/poll-error';
import type { ProjectReference } from '../../src/jobs/model/project';
import type { ResourceType } from '../../src/jobs/model/project-resources';
import type { FoundQuota, FoundResource, ResourceSource } from '../../src/jobs/resources/resource-source';
import type { LookUpKind } from '../../src/jobs/resources/wanted-lookups';
import type { FakeClock } from './fake-clock';

interface RecordedLookUp {
  readonly at: number;
  readonly kind: LookUpKind;
  readonly ids: readonly string[];
}

export class FakeResources implements ResourceSource {
  readonly requests: RecordedLookUp[] = [];
  readonly names = new Map<string, string>();
  readonly states = new Map<string, string>();
  quotas: readonly FoundQuota[] = [];
  held: readonly string[] = [];
  caller: string | undefined = 'caller';
  /** By kind, the answer instead of a success. */
  readonly errors = new Map<LookUpKind, PollError>();

  constructor(private readonly clock: FakeClock) {}

  callerOf(): Promise<string | undefined> {
    return Promise.resolve(this.caller);
  }

  listResources(
    _: ProjectReference,
    type: ResourceType,
    ids: readonly string[],
  ): Promise<Result<readonly FoundResource[], PollError>> {
    const found = ids.flatMap((id): readonly FoundResource[] => {
      const name = this.names.get(id);
      return name === undefined ? [] : [{ id, type, name, provisioningStatus: this.states.get(id) ?? 'ACTIVE' }];
    });
    return this.answer(type, ids, found);
  }

  listQuotas(_: ProjectReference, keys: readonly string[]): Promise<Result<readonly FoundQuota[], PollError>> {
    return this.answer(
      'quota',
      keys,
      this.quotas.filter(({ key }) => keys.includes(key)),
    );
  }

  listRecycleBin(_: ProjectReference, ids: readonly string[]): Promise<Result<readonly string[], PollError>> {
    return this.answer(
      'recycle-bin',
      ids,
      this.held.filter((id) => ids.includes(id)),
    );
  }

  private answer<T>(kind: LookUpKind, ids: readonly string[], value: T): Promise<Result<T, PollError>> {
    this.requests.push({ at: this.clock.now(), kind, ids });
    const error = this.errors.get(kind);
    return Promise.resolve(error === undefined ? { ok: true, value } : { ok: false, error });
  }
}
