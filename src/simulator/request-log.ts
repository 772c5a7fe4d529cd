/** What was asked of the simulated cloud, for tests to look at. It never holds a secret. */
import type { RouteName } from './services/routes';

export interface RequestRecord {
  /** When it came, in the simulator's ms since 1970 UTC. */
  readonly at: number;
  readonly method: string;
  /** `undefined` for an API that the cloud does not have. */
  readonly route: RouteName | undefined;
  readonly path: string;
  /** As sent, without the question mark. */
  readonly query: string;
  readonly projectId: string | undefined;
  readonly jobId: string | undefined;
  /** The id of the access key that it says it is signed with, verified or not. */
  readonly accessKey: string | undefined;
  /** `undefined` while it is not answered, and for good where it never is. */
  readonly status: number | undefined;
}

const KEPT = 10_000;

export class RequestLog {
  readonly #records: RequestRecord[] = [];

  /** In the order they came, the last 10,000. */
  get records(): readonly RequestRecord[] {
    return this.#records;
  }

  /** Begins a record; what it returns completes it with the status of the answer. */
  open(record: Omit<RequestRecord, 'status'>): (status: number) => void {
    const open: RequestRecord & { status: number | undefined } = { ...record, status: undefined };
    this.#records.push(open);
    if (this.#records.length > KEPT) this.#records.shift();
    return (status) => {
      open.status = status;
    };
  }
}
