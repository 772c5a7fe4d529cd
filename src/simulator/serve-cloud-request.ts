/** Serves one request to the simulated cloud: records it, applies the matching fault, and sends the response. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setImmediate as untilRead, setTimeout as wait } from 'node:timers/promises';
import { createGzip } from 'node:zlib';
import { jsonResponse, type SimulatedResponse, Refusal } from './http/simulated-response';
import type { SimulatorClock } from './base/simulator-clock';
import type { SimulatedCloud } from './services/simulated-cloud';
import { splitTarget } from './http/cloud-request';
import { errorPreset } from './faults/error-presets';
import type { FaultBox, FaultEffect } from './faults/faults';
import { headersOf, readBody, send, sendDripping, sendHalf, sendPadded } from './http/http-messages';
import type { RequestLog } from './request-log';
import { routeOf } from './services/routes';
import { parseAuthorization } from './gateway/signature';

/** In real time. A client that reads the data and the reset together takes them for an orderly end. */
const RESET_DELAY_MS = 50;

interface CloudParts {
  readonly clock: SimulatorClock;
  readonly cloud: SimulatedCloud;
  readonly faults: FaultBox;
  readonly log: RequestLog;
}

/** Resolves when the response has been sent or never will be; rejects if the client has disconnected. */
export async function serveCloudRequest(
  parts: CloudParts,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { path, query } = splitTarget(request.url ?? '/');
  const method = request.method ?? 'GET';
  const route = routeOf(method, path);
  const headers = headersOf(request);
  const receivedAt = parts.clock.now();
  const recordStatus = parts.log.open({
    at: receivedAt,
    method,
    route: route?.name,
    path,
    query,
    projectId: route && 'projectId' in route ? route.projectId : undefined,
    jobId: route?.name === 'ShowJob' ? route.jobId : undefined,
    accessKey: parseAuthorization(headers['authorization'] ?? '')?.accessKey,
  });

  const effect = parts.faults.take(route);
  if (effect?.kind === 'hang') return;
  if (effect?.kind === 'reset') {
    request.socket.resetAndDestroy();
    return;
  }
  const serverTime = receivedAt + (effect?.kind === 'clockDrift' ? effect.ms : 0);
  const body = await readBody(request);
  const cloudResponse = (): SimulatedResponse =>
    body
      ? parts.cloud.respond({ method, path, query, headers, body, receivedAt, serverTime }, route)
      : new Refusal(413, 'APIGW.0201', 'Request entity too large.').toResponse(parts.cloud.newRequestId());
  const bare = faultResponse(effect, parts.cloud) ?? cloudResponse();
  const simulated = { ...bare, headers: { Date: new Date(serverTime).toUTCString(), ...bare.headers } };

  if (effect?.kind === 'delay') await delay(response, effect.ms);
  recordStatus(simulated.status);
  await sendAs(effect, response, simulated);
}

async function sendAs(
  effect: FaultEffect | undefined,
  response: ServerResponse,
  simulated: SimulatedResponse,
): Promise<void> {
  switch (effect?.kind) {
    case 'cut':
      sendHalf(response, simulated, 'close');
      break;
    case 'resetHalfway':
      sendHalf(response, simulated, 'stay silent');
      await delay(response, RESET_DELAY_MS);
      // If the client is in this process and the process was busy that long, it has not read yet.
      await untilRead();
      response.socket?.resetAndDestroy();
      break;
    case 'stall':
      sendHalf(response, simulated, 'stay silent');
      break;
    case 'drip':
      await sendDripping(response, simulated, () => delay(response, effect.ms));
      break;
    case 'oversize':
      await sendPadded(response, simulated, effect.bytes);
      break;
    case 'gzipBomb':
      await sendPadded(response, simulated, effect.bytes, createGzip());
      break;
    default:
      send(response, simulated);
  }
}

/** @returns the response of a fault that replaces the cloud's; the cloud then does not see the request. */
function faultResponse(effect: FaultEffect | undefined, cloud: SimulatedCloud): SimulatedResponse | undefined {
  if (effect?.kind === 'error') {
    const refusal = new Refusal(effect.status, effect.code, effect.message).toResponse(cloud.newRequestId());
    return { ...refusal, headers: { ...refusal.headers, ...effect.headers } };
  }
  if (effect?.kind === 'preset') {
    const requestId = cloud.newRequestId();
    const { status, body } = errorPreset(effect.name, requestId);
    return jsonResponse(effect.status ?? status, body, { 'X-Request-Id': requestId });
  }
  const given = effect?.kind === 'response' ? effect : effect && 'response' in effect ? effect.response : undefined;
  if (given === undefined) return undefined;
  const { status, headers = {}, body = '', bodyBase64 } = given;
  return { status, headers, body: bodyBase64 === undefined ? body : Buffer.from(bodyBase64, 'base64') };
}

/** Waits until the time has passed; rejects when the connection closes, so that no timer outlives it. */
async function delay(response: ServerResponse, ms: number): Promise<void> {
  const closed = new AbortController();
  const onClose = () => {
    closed.abort();
  };
  response.once('close', onClose);
  if (response.destroyed) onClose();
  try {
    await wait(ms, undefined, { signal: closed.signal });
  } finally {
    // There is one delay for each byte of a dripping body: its listeners must not accumulate.
    response.off('close', onClose);
  }
}
