/** The simulator's own path, which the real service does not have: starts jobs, injects faults, sets the clock. */
import { type SimulatedResponse, jsonResponse } from '../http/simulated-response';
import type { SimulatorClock } from '../base/simulator-clock';
import { readClockChange, readFault, readJobSpec } from './control-input';
import type { Fault, FaultHandle } from '../faults/faults';
import { Fields } from '../base/fields';
import { InputError } from '../base/input-error';
import type { StartedJob } from '../jobs/job-script';
import type { JobSpec } from '../jobs/job-spec';
import { sameSecret } from '../base/same-secret';

export const CONTROL_PREFIX = '/_simulator/';

/** What the path may do, by the simulator's own methods. */
export interface Controlled {
  readonly clock: SimulatorClock;
  startJob(spec: JobSpec): StartedJob;
  injectFault(fault: Fault): FaultHandle;
  removeFault(id: string): boolean;
  state(): unknown;
}

export interface ControlRequest {
  readonly method: string;
  readonly path: string;
  /** Names in lowercase. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** `undefined` where it was too long. */
  readonly body: Uint8Array | undefined;
}

/** The only names a request may give the simulator: any other is a page that had its own name point here. */
function isOwnHost(host: string | undefined, port: number): boolean {
  return ['127.0.0.1', 'localhost', '[::1]'].some((name) => host === `${name}:${port}`);
}

/**
 * Takes a request that carries the token, comes from no web page and is addressed to this host: 200, 201 or 204 when
 * done, else 4xx with `{error}`, a sentence.
 */
export function control(
  room: Controlled,
  request: ControlRequest,
  door: { port: number; token: string },
): SimulatedResponse {
  const { headers, body } = request;
  if (!isOwnHost(headers['host'], door.port)) return refuse(403, 'This is not the host that was asked for.');
  if (headers['origin'] !== undefined) return refuse(403, 'Web pages have no business here.');
  if (!sameSecret(headers['x-simulator-token'] ?? '', door.token)) {
    return refuse(401, "X-Simulator-Token must be the simulator's control token.");
  }
  if (!body) return refuse(413, 'The body is too long.');
  if (body.length > 0 && !/^application\/json(;|$)/i.test(headers['content-type'] ?? '')) {
    return refuse(415, 'The body must be application/json.');
  }
  try {
    return act(room, request.method, request.path.slice(CONTROL_PREFIX.length), body);
  } catch (error) {
    if (error instanceof InputError) return refuse(400, error.message);
    throw error;
  }
}

function act(room: Controlled, method: string, path: string, body: Uint8Array): SimulatedResponse {
  const [, faultId] = /^faults\/([^/]+)$/.exec(path) ?? [];
  switch (`${method} ${faultId === undefined ? path : 'faults/{id}'}`) {
    case 'POST jobs':
      return jsonResponse(201, room.startJob(readJobSpec(Fields.parse(body))));
    case 'POST faults':
      return jsonResponse(201, { id: room.injectFault(readFault(Fields.parse(body))).id });
    case 'DELETE faults/{id}':
      if (!room.removeFault(faultId ?? '')) return refuse(404, 'There is no such fault.');
      return { status: 204, headers: {}, body: '' };
    case 'PUT clock':
      setClock(room.clock, body);
      return jsonResponse(200, clockState(room.clock));
    case 'GET state':
      return jsonResponse(200, room.state());
    default:
      return refuse(404, `There is no ${method} ${CONTROL_PREFIX}${path}.`);
  }
}

function setClock(clock: SimulatorClock, body: Uint8Array): void {
  const { speed, held, advanceMs } = readClockChange(Fields.parse(body));
  if (speed !== undefined) clock.speed = speed;
  if (held !== undefined) {
    if (held) clock.hold();
    else clock.release();
  }
  if (advanceMs !== undefined) clock.advance(advanceMs);
}

/** `now` in ms since 1970 UTC. */
export function clockState(clock: SimulatorClock): { now: number; speed: number; held: boolean } {
  return { now: clock.now(), speed: clock.speed, held: clock.held };
}

function refuse(status: number, error: string): SimulatedResponse {
  return jsonResponse(status, { error });
}
