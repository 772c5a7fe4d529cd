/** Arbitrary texts, secrets and response bodies: valid, invalid and hostile. */
import fc from 'fast-check';

export const text = fc.string({ unit: 'grapheme', maxLength: 20 });
/** With characters that need escaping in JSON, in a query or by the signer. */
export const keyText = fc.stringMatching(/^[A-Za-z0-9+/=%!'"\\]{12,24}$/);
export const partial = (fields: Readonly<Record<string, fc.Arbitrary<unknown>>>) =>
  fc.record(fields, { requiredKeys: [] });

export const wireText = fc.oneof(
  text,
  fc.constantFrom('RUNNING', 'COMPLETE', '', '2024-03-23T08:20:42Z'),
  fc.constant(null),
);
export const wireFields = {
  job_id: wireText,
  job_type: wireText,
  status: wireText,
  begin_time: wireText,
  end_time: wireText,
  error_code: wireText,
  error_msg: wireText,
  project_id: wireText,
  resource_id: wireText,
};
const wireEntity = partial({
  resource_id: wireText,
  resource_type: wireText,
  undocumented: fc.jsonValue({ maxDepth: 2 }),
});
const wireSubJob = partial({ ...wireFields, entities: fc.option(fc.array(wireEntity, { maxLength: 2 })) });
export const wireJob = partial({
  ...wireFields,
  sub_jobs: fc.option(fc.array(wireSubJob, { maxLength: 3 })),
  undocumented: fc.jsonValue({ maxDepth: 2 }),
});

export const anyBody = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.json({ maxDepth: 4 }),
  fc.anything({ withDate: false, maxDepth: 4 }).map((job) => jsonOf({ job, jobs: [job] })),
);

export function jsonOf(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? String(part) : part));
}

export const serviceMessage = fc.constantFrom(
  'ak X not exist',
  'verify aksk signature fail, canonicalRequest:GET|/|',
  'signature expired, signature time:20211217T064303Z,server time:20211217T065804Z',
  'signature expired, signature time:99999999T999999Z,server time:20211217T065804Z',
  'token expires, expires_at: x',
  'AK access failed to reach the limit,forbidden',
  'policy user over ratelimit,limit:200,time:5 minute',
  'policy user over ratelimit,limit:0,time:999999999 day',
);
export const anyMessage = fc.oneof(serviceMessage, text, fc.jsonValue({ maxDepth: 1 }));
export const code = fc.oneof(
  fc.constantFrom('APIGW.0101', 'APIGW.0301', 'APIGW.0307', 'APIGW.0308', 'ELB.8904', 'ELB.1102', 'ELB.1109'),
  anyMessage,
);
export const errorBody = fc.oneof(
  fc.record({ error_code: code, error_msg: anyMessage, request_id: anyMessage }).map(jsonOf),
  fc.record({ error: fc.record({ code, message: anyMessage, title: anyMessage }) }).map(jsonOf),
  fc.record({ NeutronError: fc.record({ type: code, message: anyMessage }) }).map(jsonOf),
  fc.record({ x: fc.record({ errorCode: code, errorMsg: anyMessage }) }).map(jsonOf),
  anyBody,
);
