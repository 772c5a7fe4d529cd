/** One exchange with the simulated cloud: notes the request, applies the fault that is for it, sends the answer. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setImmediate as untilRead, setTimeout as wait } from 'node:timers/promises';
import { createGzip } from 'node:zlib';
import { type SimulatedResponse, Refusal } from './http/simulated-response';
import type { SimulatorClock } from './base/simulator-clock';
import type { Cloud } from './services/simulated-cloud';
import { splitTarget } from './http/cloud-request';
import type { FaultBox, FaultEffect } from './faults/faults';
import { headersOf, readBody, send, sendDripping, sendHalf, sendPadded } from './http/http-messages';
import type { RequestLog } from './request-log';
import { routeOf } from './services/routes';
import { parseAuthorization } from './gateway/signature';

/** Real ms. A client that finds the data and the reset at once takes the two for an orderly end. */
const BEFORE_RESET = 50;

export interface Exchange {
  readonly clock: SimulatorClock;
  readonly cloud: Cloud;
  readonly faults: FaultBox;
  readonly log: RequestLog;
}

/** Resolves when all is sent, or will never be; rejects where the client has gone. */
export async function exchange(parts: Exchange, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { path, query } = splitTarget(request.url ?? '/');
  const method = request.method ?? 'GET';
  const route = routeOf(method, path);
  const headers = headersOf(request);
  const receivedAt = parts.clock.now();
  const answered = parts.log.open({
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
  const asCloud = (): SimulatedResponse =>
    body
      ? parts.cloud.answer({ method, path, query, headers, body, receivedAt, serverTime }, route)
      : new Refusal(413, 'APIGW.0201', 'Request entity too large.').toAnswer(parts.cloud.newRequestId());
  const bare = answerOf(effect, parts.cloud) ?? asCloud();
  const answer = { ...bare, headers: { Date: new Date(serverTime).toUTCString(), ...bare.headers } };

  if (effect?.kind === 'delay') await delay(response, effect.ms);
  answered(answer.status);
  await sendAs(effect, response, answer);
}

async function sendAs(
  effect: FaultEffect | undefined,
  response: ServerResponse,
  answer: SimulatedResponse,
): Promise<void> {
  switch (effect?.kind) {
    case 'cut':
      sendHalf(response, answer, 'close');
      break;
    case 'resetHalfway':
      sendHalf(response, answer, 'stay silent');
      await delay(response, BEFORE_RESET);
      // A process that stood still that long has not read yet, where the client is in it.
      await untilRead();
      response.socket?.resetAndDestroy();
      break;
    case 'stall':
      sendHalf(response, answer, 'stay silent');
      break;
    case 'drip':
      await sendDripping(response, answer, () => delay(response, effect.ms));
      break;
    case 'oversize':
      await sendPadded(response, answer, effect.bytes);
      break;
    case 'gzipBomb':
      await sendPadded(response, answer, effect.bytes, createGzip());
      break;
    default:
      send(response, answer);
  }
}

/** What a fault answers in place of the cloud, which then does not see the request. */
function answerOf(effect: FaultEffect | undefined, cloud: Cloud): SimulatedResponse | undefined {
  if (effect?.kind === 'error') {
    const answer = new Refusal(effect.status, effect.code, effect.message).toAnswer(cloud.newRequestId());
    return { ...answer, headers: { ...answer.headers, ...effect.headers } };
  }
  const given = effect?.kind === 'answer' ? effect : effect && 'answer' in effect ? effect.answer : undefined;
  if (given === undefined) return undefined;
  const { status, headers = {}, body = '', bodyBase64 } = given;
  return { status, headers, body: bodyBase64 === undefined ? body : Buffer.from(bodyBase64, 'base64') };
}

/** Waits, but no longer than there is a connection to answer on, so that no timer outlives it. */
async function delay(response: ServerResponse, ms: number): Promise<void> {
  const gone = new AbortController();
  const giveUp = () => {
    gone.abort();
  };
  response.once('close', giveUp);
  if (response.destroyed) giveUp();
  try {
    await wait(ms, undefined, { signal: gone.signal });
  } finally {
    // A body that drips waits for each of its bytes.
    response.off('close', giveUp);
  }
}
