import assert from 'node:assert/strict';
import { ElbClient } from '../../../src/cloud/api/elb-client';
import type { ShowJobResponse } from '../../../src/cloud/api/job-schema';
import { CloudApi } from '../../../src/cloud/http/cloud-api';
import type { ElbError } from '../../../src/cloud/http/error';
import type { HttpResponse } from '../../../src/cloud/http/transport';
import { newlyTracked, withResponse } from '../../../src/jobs/model/tracked-job';
import { listForms, showJobForms } from '../../support/cloud/answer-forms';
import { errorBodies } from '../../support/cloud/error-bodies';
import { respondInTurn } from '../../support/cloud/fake-transport';
import { buildAllViews, type BuiltRow } from '../../support/hostile/all-views';
import { reference } from '../../support/samples';

const NOW = Date.UTC(2026, 0, 1, 1);
const key = { accessKey: 'AKEXAMPLE0000000001', secretKey: 'SkExample' };
const { signal } = new AbortController();

function clientWith(...responses: readonly Partial<HttpResponse>[]): ElbClient {
  return new ElbClient(new CloudApi(respondInTurn(...responses).transport, () => NOW));
}

async function shownBy(answer: Partial<HttpResponse>): Promise<ShowJobResponse | undefined> {
  const result = await clientWith(answer).showJob(reference, key, signal);
  assert.ok(result.ok);
  return result.value;
}

async function listedBy(answer: Partial<HttpResponse>): Promise<ShowJobResponse | undefined> {
  const { endpoint, projectId } = reference;
  for await (const page of clientWith(answer).listJobs({ endpoint, projectId }, key, signal)) {
    assert.ok(page.ok);
    const [job] = page.value.jobs;
    return job && { job: job.read(), requestId: job.requestId };
  }
  return undefined;
}

async function errorOf(response: Partial<HttpResponse>): Promise<ElbError> {
  const result = await clientWith(response).showJob(reference, key, signal);
  assert.ok(!result.ok);
  return result.error;
}

/** All texts of the rows, without the marks that Markdown needs. */
function textsOf(rows: readonly BuiltRow[]): string {
  return rows.map(({ texts, hover, below }) => `${texts.join('\n')}\n${plain(hover)}\n${textsOf(below)}`).join('\n');
}

const plain = (markdown: string) => markdown.replace(/&nbsp;/g, ' ').replace(/\\(?=[^A-Za-z0-9\s])/g, '');

/** Ids, codes and numbers of more than four digits. */
const VALUES = /[0-9a-f]{8}-[0-9a-f-]{27}|\b[A-Z][\w-]*\.\w*\d[\w.-]*\w|\b\d{5,}\b|\br-[\w-]+/g;
const INVENTED = /undefined|\bnull\b|\[object|\bNaN\b|Invalid Date|Infinity|\b1970\b/;

const SERVED_STATUSES = [400, 401, 403, 404, 500] as const;

describe('every pair of an answer and an error, in all views', () => {
  const answers = [
    ...showJobForms.map((answer) => ({ ...answer, api: 'ShowJob', read: shownBy })),
    ...listForms.map((answer) => ({ ...answer, api: 'ListJobs', read: listedBy })),
  ];
  for (const { api, form, body, headers = {}, shown, requestId, read } of answers) {
    it(`shows what the service said, and nothing else: ${api}, ${form}`, async () => {
      const response = await read({ body, headers });
      const answered =
        response === undefined
          ? newlyTracked(reference, NOW)
          : withResponse(newlyTracked(reference, NOW), response, NOW);
      for (const [index, [errorForm, errorBody, expected]] of errorBodies.entries()) {
        const status = SERVED_STATUSES[index % SERVED_STATUSES.length] ?? 400;
        const error = await errorOf({ status, body: errorBody, headers: { 'x-request-id': 'r-of-error' } });
        assert.notEqual(error.kind, 'proxy');
        const views = await buildAllViews(answered, NOW, error);
        const rows = textsOf(views.rows);
        const all = [rows, views.report, views.copiedTimeline, ...views.shown].join('\n');

        const about = `${errorForm}, HTTP ${status}`;
        for (const text of [expected.code, expected.message, expected.requestId ?? 'r-of-error']) {
          if (text !== undefined) assert.ok(rows.includes(text), `${text} is in a row or its hover: ${about}\n${rows}`);
        }
        for (const text of [...shown, ...(requestId === undefined ? [] : [requestId])]) {
          assert.ok(all.includes(text), `${text} is shown: ${about}\n${all}`);
        }
        const shownTexts = [rows, views.copiedTimeline, ...views.shown].join('\n');
        for (const words of [/proxy/i, INVENTED]) {
          assert.equal(words.exec(shownTexts)?.[0], undefined, `${about}\n${shownTexts}`);
        }
        const sent = [body, errorBody, JSON.stringify(headers), 'r-of-error', JSON.stringify(reference)].join('\n');
        for (const [value] of all.matchAll(VALUES)) {
          assert.ok(sent.includes(value) || sent.replace(/\\/g, '').includes(value), `${value} was sent: ${about}`);
        }
      }
    });
  }
});
