/** A log of the requests to the simulated cloud, for tests. It never contains a secret. */
import type { RouteName } from './services/routes';

export interface RequestRecord {
  /** The time of arrival by the simulator's clock, in ms since the epoch. */
  readonly at: number;
  readonly method: string;
  /** Undefined for an API that the cloud does not have. */
  readonly route: RouteName | undefined;
  readonly path: string;
  /** As sent, without the question mark. */
  readonly query: string;
  readonly projectId: string | undefined;
  readonly jobId: string | undefined;
  /** The access key that the request names, verified or not. */
  readonly accessKey: string | undefined;
  /** Undefined until a response is sent. */
  readonly status: number | undefined;
}

const MAX_RECORDS = 10_000;

export class RequestLog {
  readonly #records: RequestRecord[] = [];

  /** The last 10,000, in order of arrival. */
  get records(): readonly RequestRecord[] {
    return this.#records;
  }

  /** Adds a record. @returns a function that adds the response's status to it. */
  open(record: Omit<RequestRecord, 'status'>): (status: number) => void {
    const open: RequestRecord & { status: number | undefined } = { ...record, status: undefined };
    this.#records.push(open);
    if (this.#records.length > MAX_RECORDS) this.#records.shift();
    return (status) => {
      open.status = status;
    };
  }
}
