import assert from 'node:assert/strict';
import fc from 'fast-check';
import { jobsIn } from '../../../src/mentions/job-mentions';
import { parseJobId } from '../../../src/jobs/model/job-reference';
import example from '../../fixtures/show-job-example.json';

const NORTH = 'https://elb.cn-north-4.myhuaweicloud.com';
const EAST = 'https://elb.cn-east-3.myhuaweicloud.com';
const PROJECT = '7b7705dce1e847b08b3b16dda67fec24';
const OTHER_PROJECT = '0123456789abcdef0123456789abcdef';
const JOB = '37d5c1fd-fa57-4c6d-bdcd-d523095c05e8';
const SECOND = 'ef6da45b-35d9-4c18-8c35-0b80d94ab9e6';
const THIRD = '11111111-2222-4333-8444-555555555555';
const BALANCER = '9f5b432c-987e-4777-a1bc-6642be4b2b50';
const REQUEST = '39551f69-3c49-4200-8ad3-73f9a8b4a3e4';
const LEGACY = '4010b39b5281d3590152874bfa3b1604';

/** Returns the ids, or the problem if there are none. */
function ids(text: string): readonly string[] | string | undefined {
  const { mentions, problem } = jobsIn(text);
  return mentions.length === 0 ? problem : mentions.map(({ jobId }) => jobId);
}

/** Returns id, endpoint, region and project of each job. */
const places = (text: string) =>
  jobsIn(text).mentions.map(({ jobId, endpoint, region, projectId }) => [jobId, endpoint, region, projectId]);

describe('the jobs that a text mentions', () => {
  describe('in a text of ids only', () => {
    it('is the whole text if it is one id, in any form', () => {
      for (const id of [JOB, JOB.toUpperCase(), LEGACY, 'job_1', 'x'.repeat(64)]) {
        for (const text of [id, ` ${id}\n`, `"${id}"`, `'${id}',`, `\`${id}\``, `\t"${id}" ,;\r\n`]) {
          assert.deepEqual(ids(text), [id], text);
        }
      }
    });

    it('are all of several ids, whatever separates them, each once', () => {
      for (const separator of ['\n', '\r\n', ' ', ', ', ';', '","', ' | ', '\n- ', '、']) {
        assert.deepEqual(ids([JOB, SECOND, JOB, THIRD].join(separator)), [JOB, SECOND, THIRD], separator);
      }
      assert.deepEqual(ids(`["${JOB}", "${SECOND}"]`), [JOB, SECOND]);
    });

    it('are offered beside a response, if a person added them on lines of their own', () => {
      const response = JSON.stringify({ job_id: JOB, resource_id: BALANCER, ids: [REQUEST] }, undefined, 2);
      const likely = (text: string) =>
        jobsIn(text)
          .candidates.filter(({ isLikely }) => isLikely)
          .map(({ jobId }) => jobId);
      assert.deepEqual(likely(`${response}\n${SECOND}\r\n  ${THIRD}\n`), [SECOND, THIRD]);
      assert.deepEqual(likely(response), []);
      assert.deepEqual(likely(`${response}\n- ${SECOND}`), [], 'it may be an item of any list');
    });

    it('are all offered if one of them is mistyped', () => {
      const short = THIRD.slice(0, -1);
      for (const mistyped of [`${THIRD}0`, THIRD.replace('-2222-', '-222-'), `${short}O`]) {
        const offered = jobsIn([JOB, mistyped, SECOND].join(' ')).candidates;
        assert.deepEqual(
          offered.map(({ jobId, appearsAs }) => [jobId, appearsAs]),
          [JOB, mistyped, SECOND].map((id) => [id, 'unknown']),
        );
      }
    });

    it('are none if there are other words', () => {
      assert.equal(ids(`${JOB} ${LEGACY}`), 'only-other-ids');
      assert.equal(ids(`${JOB} and ${SECOND}`), 'only-other-ids');
      assert.equal(ids(`${JOB} 完成`), 'only-other-ids');
      assert.equal(ids('two words'), 'none');
      assert.equal(ids(`${LEGACY} ${PROJECT}`), 'only-other-ids');
      assert.equal(ids(''), 'none');
      assert.equal(ids(' \n'), 'none');
      assert.equal(ids('x'.repeat(65)), 'none');
    });
  });

  describe('in a request URL', () => {
    const url = `${NORTH}/v3/${PROJECT}/elb/jobs/${JOB}`;
    const there = [[JOB, NORTH, 'cn-north-4', PROJECT]];

    it('have its endpoint, region and project, whatever is around it', () => {
      for (const text of [
        url,
        `GET ${url}`,
        `${url}?x=1`,
        `${url}/`,
        `curl -H 'X-Auth-Token: x' '${url}'`,
        `curl \\\n  -X GET "${url}"`,
        `2024-03-23T08:20:42Z INFO request_id=${REQUEST} GET ${url} 200`,
        `See [the job](${url}).`,
        `<${url}>, and **so on**`,
        `{"url":"${url.replaceAll('/', '\\/')}","request_id":"${REQUEST}"}`,
        `"{\\"url\\":\\"${url}\\"}"`,
        url.replace('https://', ''),
        url.replace('https://elb', 'HTTPS://ELB'),
      ]) {
        assert.deepEqual(places(text), there, text);
      }
    });

    it('have each its own endpoint and project', () => {
      const other = `${EAST}/v3/${OTHER_PROJECT}/elb/jobs/${SECOND}`;
      assert.deepEqual(places(`${url}\n${other}\n${url}`), [...there, [SECOND, EAST, 'cn-east-3', OTHER_PROJECT]]);
      const custom = `https://elb.example.com:8443/v3/${PROJECT}/elb/jobs/${SECOND}`;
      assert.deepEqual(places(custom), [[SECOND, 'https://elb.example.com:8443', undefined, PROJECT]]);
    });

    it('have the URL’s host even if it cannot be an endpoint, and never its password', () => {
      for (const [origin, host] of [
        ['http://elb.cn-north-4.example', 'http://elb.cn-north-4.example'],
        ['https://user:pass@elb.example.com', 'https://elb.example.com'],
        ['https://console.huaweicloud.com', 'https://console.huaweicloud.com'],
        ['//evil.example', 'https://evil.example'],
        ['é.example.com', 'https://xn--9ca.example.com'],
        ['https://x。example.com', 'https://x.example.com'],
        ['https://evil.example\\@elb.example.com', 'https://evil.example'],
        ['https://elb.example.com:99999', 'https://elb.example.com:99999'],
      ]) {
        assert.deepEqual(places(`GET ${origin ?? ''}/v3/${PROJECT}/elb/jobs/${JOB}`), [
          [JOB, host, undefined, PROJECT],
        ]);
      }
    });

    it('have no endpoint if the host is incomplete', () => {
      for (const origin of ['https://{elb_endpoint}', 'https://<endpoint>', 'https://$ELB', '']) {
        assert.deepEqual(places(`GET ${origin}/v3/${PROJECT}/elb/jobs/${JOB}`), [[JOB, undefined, undefined, PROJECT]]);
      }
    });

    it('are none if the URL has placeholders or names another resource', () => {
      assert.equal(ids(`GET ${NORTH}/v3/{project_id}/elb/jobs/{job_id}`), 'none');
      assert.equal(ids(`GET ${NORTH}/v3/project_id/elb/jobs/job_id`), 'none');
      assert.equal(ids(`GET ${NORTH}/v3/${PROJECT}/elb/loadbalancers/${BALANCER}`), 'only-other-ids');
      assert.equal(ids(`GET ${NORTH}/v3/${PROJECT}/elb/members/check/jobs/${JOB}`), 'only-other-ids');
    });

    it('have the endpoint and project of the request before a response', () => {
      const clone = `POST ${NORTH}/v3/${PROJECT}/elb/loadbalancers/${BALANCER}/clone`;
      assert.deepEqual(places(`${clone}\n{"job_id":"${JOB}","request_id":"${REQUEST}"}`), there);
      assert.deepEqual(places(`Host: elb.cn-north-4.myhuaweicloud.com\nGET /v3/${PROJECT}/elb/jobs/${JOB}`), there);
    });

    it('have no endpoint or project that only part of a text names', () => {
      const clones = [NORTH, EAST].map((origin) => `${origin}/v3/${PROJECT}/elb/loadbalancers/${BALANCER}/clone`);
      assert.deepEqual(places(`${clones.join('\n')}\njob_id: ${JOB}`), [[JOB, undefined, undefined, PROJECT]]);
      const response = `{"job_id":"${SECOND}","project_id":"${OTHER_PROJECT}"}`;
      assert.deepEqual(places(`${url}\n${response}`), [...there, [SECOND, undefined, undefined, OTHER_PROJECT]]);
    });
  });

  describe('in an API response', () => {
    it('is the job of a clone, an upgrade or a batch, never the request or a load balancer', () => {
      for (const response of [
        { loadbalancer_list: [{ id: BALANCER }], job_id: JOB, request_id: REQUEST },
        { listener_list: [{ id: BALANCER, loadbalancer_id: THIRD }], job_id: JOB, request_id: REQUEST },
        { loadbalancer_ids: [BALANCER, THIRD], job_id: JOB, order_id: 'CS2024', request_id: REQUEST },
        { request_id: REQUEST, job_id: JOB },
        { jobs: [{ job_id: JOB }] },
      ]) {
        for (const text of [
          JSON.stringify(response),
          JSON.stringify(response, null, 2),
          `=> ${JSON.stringify(response)}.`,
        ]) {
          assert.deepEqual(ids(text), [JOB], text);
        }
        assert.deepEqual(ids(JSON.stringify({ body: JSON.stringify(response) })), [JOB]);
        assert.deepEqual(ids(JSON.stringify(JSON.stringify({ body: JSON.stringify(response, null, 2) }))), [JOB]);
      }
    });

    it('is the job with its project in the official example, without its sub-jobs', () => {
      const { job } = example;
      for (const text of [
        JSON.stringify(example),
        JSON.stringify(example, null, 2),
        JSON.stringify({ job: Object.fromEntries(Object.entries(job).reverse()) }),
        `answer: '${JSON.stringify(example).replaceAll('"', '\\"')}' (200)`,
        JSON.stringify(example, null, 1).replace(/^ +/gm, ''),
      ]) {
        assert.deepEqual(places(text), [[SECOND, undefined, undefined, PROJECT]], text);
      }
    });

    it('is one job in the official request and its response, which has another id', () => {
      const request = `https://elb.cn-southwest-242.myhuaweicloud.com/v3/${PROJECT}/elb/jobs/${JOB}`;
      const there = [JOB, 'https://elb.cn-southwest-242.myhuaweicloud.com', 'cn-southwest-242', PROJECT];
      assert.deepEqual(places(`${request} ${JSON.stringify(example)}`), [there]);
      const clone = `{"job_id":"${THIRD}"}`;
      assert.deepEqual(ids(`${request}\n${clone}\n${JSON.stringify(example)}`), [JOB, THIRD, SECOND]);
    });

    it('are all jobs of a list, each with its project, without their sub-jobs', () => {
      const jobs = [
        { ...example.job, job_id: JOB },
        { ...example.job, job_id: SECOND, project_id: OTHER_PROJECT },
        { job_id: THIRD },
      ];
      for (const indent of [0, 2]) {
        assert.deepEqual(places(JSON.stringify({ jobs, page_info: { current_count: 3 } }, null, indent)), [
          [JOB, undefined, undefined, PROJECT],
          [SECOND, undefined, undefined, OTHER_PROJECT],
          [THIRD, undefined, undefined, undefined],
        ]);
      }
    });

    it('are complete, without sub-jobs, if an error message has brackets and names', () => {
      for (const message of ["Invalid input for '[a'", ']', '}', '{', ' {"job_id": [', '']) {
        const subJobs = [{ error_msg: message, job_id: THIRD }, { job_id: BALANCER }];
        const response = { jobs: [{ error_msg: message, sub_jobs: subJobs, job_id: JOB }, { job_id: SECOND }] };
        assert.deepEqual(ids(JSON.stringify(response, null, 2)), [JOB, SECOND], message);
      }
    });

    it('include the jobs of a truncated response and of the log lines after it', () => {
      const cut = JSON.stringify(example).slice(0, 700);
      assert.ok(cut.includes('sub_jobs'));
      assert.deepEqual(ids(`2024-03-23 08:00 ${cut}\n2024-03-23 08:01 {"job_id":"${JOB}"}`), [SECOND, JOB]);
    });

    it('are none if there are only sub-jobs or member checks', () => {
      assert.equal(ids(JSON.stringify({ job: { sub_jobs: example.job.sub_jobs } })), 'only-sub-jobs');
      assert.equal(ids(`sub_job_id: ${JOB}`), 'only-sub-jobs');
      assert.equal(ids(`a sub-job ${JOB}`), 'only-other-ids');
      assert.equal(ids(JSON.stringify({ member_check: { job_id: JOB }, request_id: REQUEST })), 'only-other-ids');
    });
  });

  describe('in what people and programs print of a response', () => {
    it('are the ids after a name, however the name and its value are written', () => {
      for (const text of [
        `job_id: ${JOB}`,
        `job_id=${JOB}&x=1`,
        `{'job_id': '${JOB}', 'request_id': '${REQUEST}'}`,
        `jobId = "${JOB}"`,
        `JobId:${JOB}`,
        `"jobID" => "${JOB}"`,
        `clone_job_id = "${JOB}"`,
        `  + job_id     = "${JOB}"`,
        `| job_id | ${JOB} |`,
        `<job_id>${JOB}</job_id>`,
        `**Job ID**: \`${JOB}\``,
        `Job ID：${JOB}`,
        `任务ID为${JOB}。`,
        `任务 ${JOB} 失败`,
        `The clone's job ${JOB} has failed.`,
        `job_id is ${JOB}`,
        `job_id ${JOB}`,
        `--job_id=${JOB}`,
        `GET /v3/x/elb/jobs?job_id=${JOB}&limit=1`,
        `\u001b[1mjob_id\u001b[0m = \u001b[32m"${JOB}"\u001b[0m`,
        `class CloneResponse {\n    jobId: ${JOB}\n    requestId: ${REQUEST}\n}`,
      ]) {
        assert.deepEqual(ids(text), [JOB], text);
        assert.deepEqual(ids(`${BALANCER} ${text}\nrequest_id: ${REQUEST}`), [JOB], text);
      }
      assert.deepEqual(ids(`{"job_id": "${LEGACY}", "x": 1}`), [LEGACY]);
    });

    it('are all ids after a name of several', () => {
      assert.deepEqual(ids(`job_ids = ["${JOB}", "${SECOND}"] of ${BALANCER}`), [JOB, SECOND]);
      assert.deepEqual(ids(`Watch job IDs: ${JOB}, ${SECOND}; ${THIRD}`), [JOB, SECOND, THIRD]);
      assert.deepEqual(ids(`jobs:\n  - ${JOB}`), [JOB]);
    });

    it('are none if the name’s value is not an id', () => {
      for (const value of ['null', '"string"', '(known after apply)', '4532187', '""', '{job_id}', 'a 36-char UUID']) {
        assert.equal(ids(`job_id: ${value}\nrequest_id: ${REQUEST}`), 'only-other-ids', value);
      }
    });

    it('are the jobs, not their sub-jobs, in YAML, Terraform, Java and Python', () => {
      const python = JSON.stringify(example).replaceAll('"', "'");
      const yaml = [
        ['jobs:', `- job_id: ${JOB}`, '  sub_jobs:', `  - job_id: ${BALANCER}`, '    status: SUCCESS'],
        [`  project_id: ${PROJECT}`, `- status: RUNNING`, `  sub_jobs:`, `    - job_id: ${REQUEST}`],
        [`  job_id: ${SECOND}`, `  error_msg: ''`, ''],
      ];
      const terraform = [
        [`job_id = "${JOB}"`, 'sub_jobs = [', '  {', `    job_id = "${BALANCER}"`, '  },', ']'],
        ['sub_jobs {', `  job_id = "${REQUEST}"`, '}', `sub_jobs.0.job_id = "${THIRD}"`, `job_id = "${SECOND}"`],
      ];
      const java = [
        [
          'class ShowJobResponse {',
          '    job: class MainJob {',
          `        jobId: ${JOB}`,
          `        projectId: ${PROJECT}`,
        ],
        ['        subJobs: [class SubJob {', `            jobId: ${BALANCER}`, '        }, class SubJob {'],
        [`            jobId: ${REQUEST}`, '        }]', '    }', `    requestId: ${REQUEST}`, '}', `jobId: ${SECOND}`],
      ];
      const linesOf = (parts: readonly (readonly string[])[]) => parts.flat().join('\n');
      assert.deepEqual(ids(python), [SECOND]);
      assert.deepEqual(ids(linesOf(yaml)), [JOB, SECOND]);
      assert.deepEqual(ids(linesOf(terraform)), [JOB, SECOND]);
      assert.deepEqual(ids(linesOf(java)), [JOB, SECOND]);
    });

    it('have the project that the same line or object names', () => {
      const first = `08:20 project_id=${PROJECT} job_id=${JOB}`;
      const second = `08:21 job_id=${SECOND} projectId=${OTHER_PROJECT}`;
      assert.deepEqual(places(`${first}\n${second}\n08:22 job_id=${THIRD}`), [
        [JOB, undefined, undefined, PROJECT],
        [SECOND, undefined, undefined, OTHER_PROJECT],
        [THIRD, undefined, undefined, undefined],
      ]);
      assert.deepEqual(places(`job_id: ${JOB}\nenterprise_project_id: ${REQUEST}\nproject_id: ${PROJECT}`), [
        [JOB, undefined, undefined, PROJECT],
      ]);
    });

    it('have the region of a KooCLI command, but no region of another cloud', () => {
      const command = `hcloud ELB ShowJob --job_id="${JOB}" --project_id="${PROJECT}" --cli-region="cn-north-4"`;
      assert.deepEqual(places(command), [[JOB, NORTH, 'cn-north-4', PROJECT]]);
      assert.deepEqual(places(`region: us-east-1, job_id: ${JOB}`), [[JOB, undefined, undefined, undefined]]);
    });

    it('are only the ids named as jobs in a log with many ids', () => {
      const noise = Array.from({ length: 50 }, () => `08:20 trace=${REQUEST} lb ${BALANCER} [x`).join('\n');
      assert.deepEqual(ids(`${noise}\n08:21 {"job_id":"${JOB}"}\n${noise}\n08:22 jobs: none`), [JOB]);
      assert.equal(ids(noise), 'only-other-ids');
    });
  });

  it('are the first 300 if there are more', () => {
    const many = Array.from({ length: 400 }, (_, index) => `${JOB.slice(0, -3)}${100 + index}`);
    for (const text of [many.join('\n'), JSON.stringify({ jobs: many.map((id) => ({ job_id: id })) })]) {
      const { mentions, problem } = jobsIn(text);
      assert.deepEqual([mentions.length, problem], [300, 'too-many']);
      assert.equal(mentions[0]?.jobId, many[0]);
      assert.equal(mentions[299]?.jobId, many[299]);
    }
    assert.equal(jobsIn(many.slice(0, 300).join('\n')).problem, undefined);
  });

  it('are found in time in a hostile text of a megabyte', () => {
    for (const part of [
      ...['{', '[{', '\\', '\\"', '"', ' ', '\n', '\n ', '- ', '\n- ', 'x', '-', '0', 'job_id', 'job_id ', 'job_id: '],
      ...['"error_msg":"', '"error_msg": ', 'error_msg ', 'sub_jobs', 'sub_jobs ', '"sub_jobs":[', 'sub_jobs:\n '],
      ...['/v3/', '/v3/x/elb', `/v3/${PROJECT}/elb/jobs/${JOB} `, 'https://x/v3/', 'elb.', 'a.', 'job ids ', 'jobs '],
      ...[`${JOB} `, `${JOB}-`, `jobs ${JOB} `, `job_id=${JOB} `, `job_id=${JOB} project_id=${PROJECT} `, '\u001b[1'],
      ...['class a ', 'sub_jobs class ', '任务', 'project_id=', 'region ', "'", '`', '*', '"job":{', ']}', 'ID '],
    ]) {
      const text = part.repeat(2 ** 18 / part.length);
      jobsIn(`${text}job ${JOB} {"x":[${text}\njob_id${text}!\nsub_jobs${text}!`);
    }
    const half = 2 ** 19;
    for (const [open, close] of [
      ['{', ']'],
      ['[', '}'],
      ['job_id' + ' '.repeat(9), '!'],
    ] as const) {
      jobsIn(open.repeat(half / open.length) + close.repeat(half));
    }
  }).timeout(240_000);

  it('have valid ids, each once, that are found again in a list of them, whatever the text', () => {
    const word = fc.constantFrom(
      ...[JOB, SECOND, LEGACY, PROJECT, OTHER_PROJECT, NORTH, `${EAST}/v3/${PROJECT}/elb/jobs/`, '/v3/', '/elb/jobs/'],
      ...['"job_id"', 'job_id', 'jobId', 'job', 'jobs', 'job_ids', '"sub_jobs"', '"member_check"', '"project_id"'],
      ...['"error_msg"', 'region', 'cn-north-4', ': ', '=', ',', ' ', '\n', '  ', '- ', '"', "'", '\\"', '\\', '\\n'],
      ...[
        '{',
        '}',
        '[',
        ']',
        '|',
        '：',
        '任务ID',
        'ſ',
        'K',
        'İ',
        '0',
        '-',
        '_',
        'elb.cn-east-3.myhuaweicloud.com',
        '@',
      ],
    );
    const anyText = fc.oneof(
      fc.array(fc.oneof({ weight: 9, arbitrary: word }, fc.string({ unit: 'binary', maxLength: 3 })), {
        maxLength: 25,
      }),
      fc.string({ unit: 'binary' }).map((text) => [text]),
      fc.json().map((text) => [text]),
    );
    fc.assert(
      fc.property(anyText, (parts) => {
        const { mentions, problem } = jobsIn(parts.join(''));
        const found = mentions.map(({ jobId }) => jobId);
        assert.equal(problem === undefined, found.length > 0);
        assert.equal(new Set(found).size, found.length);
        for (const id of found) assert.equal(parseJobId(id), id);
        // Among several, other forms need a name before them.
        const listed = found.length === 1 ? found : found.filter((id) => /^[0-9a-f]{8}-/i.test(id) && id.length === 36);
        if (listed.length > 0) assert.deepEqual(ids(listed.join('\n')), listed);
        for (const { endpoint, projectId } of mentions) {
          if (endpoint !== undefined) assert.equal(new URL(endpoint).origin, endpoint);
          if (projectId !== undefined) assert.match(projectId, /^[a-z0-9]{32}$/);
        }
      }),
      { numRuns: 20_000 },
    );
  }).timeout(240_000);
});
