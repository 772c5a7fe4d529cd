/** Answers of the job APIs in all forms that are known, each with what it says of the job. */

interface AnswerForm {
  readonly form: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Texts of the answer that views show; missing fields have none. */
  readonly shown: readonly string[];
  readonly requestId?: string;
}

const ID = '5d2f1c80-6a0b-4f6e-9a51-3c7e90b1d2a4';
const whole = {
  job_id: ID,
  job_type: 'UPGRADE',
  status: 'RUNNING',
  begin_time: '2025-12-31T23:20:42Z',
  end_time: '',
  error_code: 'ELB.8905',
  error_msg: 'Quota exceeded.',
  project_id: '7b7705dce1e847b08b3b16dda67fec24',
  resource_id: '9f5b432c-987e-4777-a1bc-6642be4b2b50',
  sub_jobs: [
    {
      job_id: 'sub-1',
      job_type: 'UPGRADE_INIT',
      status: 'INIT',
      entities: [{ resource_id: 'lb-1', resource_type: 'listener' }],
    },
  ],
};
const nulls = Object.fromEntries(Object.keys(whole).map((name) => [name, null]));
const empty = Object.fromEntries(Object.keys(whole).map((name) => [name, name === 'sub_jobs' ? [] : '']));
const numbers =
  '{"job_id":12345678901234567890,"status":"RUNNING","error_code":8905,"error_msg":7,"project_id":42,"begin_time":1711182042,"sub_jobs":[{"job_id":71,"status":"INIT","entities":null}]}';
const json = JSON.stringify;
const SHOWN = [ID, 'RUNNING', 'ELB.8905', 'Quota exceeded.'];
const headers = { 'x-request-id': 'r-of-header' };

export const showJobForms: readonly AnswerForm[] = [
  { form: 'whole', body: json({ job: whole, request_id: 'r-of-answer' }), shown: SHOWN, requestId: 'r-of-answer' },
  {
    form: 'with the request id in the header',
    body: json({ job: whole }),
    headers,
    shown: SHOWN,
    requestId: 'r-of-header',
  },
  {
    form: 'null in all fields',
    body: json({ job: nulls, request_id: null }),
    headers,
    shown: [],
    requestId: 'r-of-header',
  },
  { form: 'empty in all fields', body: json({ job: empty, request_id: '' }), shown: [] },
  { form: 'without fields', body: '{"job":{}}', shown: [] },
  {
    form: 'numbers for texts',
    body: `{"job":${numbers},"request_id":4242}`,
    shown: ['12345678901234567890', '8905', 'RUNNING', '71'],
    requestId: '4242',
  },
  {
    form: 'booleans for texts',
    body: json({ job: { status: true, error_msg: false, job_type: true } }),
    shown: ['true', 'false'],
  },
  { form: 'a list of one job', body: json({ job: [whole] }), shown: SHOWN },
];

export const listForms: readonly AnswerForm[] = [
  { form: 'whole', body: json({ jobs: [whole], request_id: 'r-of-answer' }), shown: SHOWN, requestId: 'r-of-answer' },
  {
    form: 'with the request id in the header',
    body: json({ jobs: [whole] }),
    headers,
    shown: SHOWN,
    requestId: 'r-of-header',
  },
  { form: 'null in all fields', body: json({ jobs: [nulls], page_info: null }), shown: [] },
  { form: 'numbers for texts', body: `{"jobs":[${numbers}]}`, shown: ['12345678901234567890', '8905', 'RUNNING'] },
  { form: 'one job for the list', body: json({ jobs: whole, page_info: [] }), shown: SHOWN },
  { form: 'with a job that cannot be read', body: json({ jobs: [{ status: {} }, 7, whole] }), shown: SHOWN },
  { form: 'without jobs', body: json({ jobs: null, request_id: 'r' }), shown: [] },
  { form: 'with nothing', body: '{}', shown: [] },
];
