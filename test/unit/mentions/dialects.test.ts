import assert from 'node:assert/strict';
import { jobsIn } from '../../../src/mentions/job-mentions';
import {
  BALANCER,
  ids,
  JOB,
  NORTH,
  OTC,
  OTHER_PROJECT,
  places,
  PROJECT,
  REQUEST,
  SECOND,
} from '../../support/mentioned-jobs';

const HEX = 'ff8080827e7810fb017f06338a731328';

const kinds = (text: string) => jobsIn(text).candidates.map(({ jobId, appearsAs }) => [jobId, appearsAs]);

/** Breaks lines at a width, as a terminal does, with a margin. */
function inColumns(text: string, width: number, margin: string): string {
  const lines = text.split('\n').flatMap((line) => line.match(new RegExp(`.{1,${width}}`, 'gu')) ?? ['']);
  return lines.map((line) => `${margin}${line}`).join('\n');
}

describe('an id that a line break divides', () => {
  const frames: readonly (readonly [string, (first: string, rest: string) => string])[] = [
    ['in JSON', (a, b) => `{"job_id":"${a}\n${b}","request_id":"${REQUEST}"}`],
    ['alone', (a, b) => `${a}\n${b}`],
    ['after a name', (a, b) => `job_id = ${a}\n${b}\nstatus = RUNNING`],
    ['in a box of Terraform', (a, b) => `│ Error: {"job_id":"${a}\n│ ${b}","request_id":"${REQUEST}"}`],
    ['in a box with two borders', (a, b) => `│ job_id: "${a} │\n│ ${b}"          │`],
    ['in a quoted mail', (a, b) => `> job_id: ${a}\n> ${b}\n> status: INIT`],
    ['in a comment', (a, b) => `# job_id: "${a}\n# ${b}"`],
    ['behind a bar', (a, b) => `| job_id: "${a}\n| ${b}"`],
    ['of Windows', (a, b) => `{"job_id":"${a}\r\n${b}"}`],
    ['indented as in Format-List', (a, b) => `status : INIT\r\njob_id : ${a}\r\n         ${b}\r\n`],
    ['with a backslash', (a, b) => `curl "${NORTH}/v3/${PROJECT}/elb/jobs/${a}\\\n${b}"`],
    ['in a URL', (a, b) => `GET ${NORTH}/v3/${PROJECT}/elb/jobs/${a}\n${b}`],
    ['in a JSON string', (a, b) => `{"log":"job_id: \\"${a}\\n│ ${b}\\""}`.replace('job_id', '│ job_id')],
    ['in prose', (a, b) => `The ELB job (${a}\n${b}) has failed.`],
    ['with a soft break of quoted-printable', (a, b) => `{=22job_id=22:=22${a}=\r\n${b}=22}`],
  ];
  for (const [name, textOf] of frames) {
    it(`is joined, wherever it is cut: ${name}`, () => {
      for (let cut = 1; cut < JOB.length; cut += 1) {
        assert.deepEqual(ids(textOf(JOB.slice(0, cut), JOB.slice(cut))), [JOB], `after ${cut}`);
      }
    });
  }

  it('is joined over three lines', () => {
    assert.deepEqual(ids(`job_id: ${JOB.slice(0, 9)}\n${JOB.slice(9, 20)}\n${JOB.slice(20)}`), [JOB]);
  });

  it('keeps the host and the project of a URL in one piece', () => {
    const url = `${NORTH}/v3/${PROJECT}/elb/jobs/${JOB}`;
    for (let cut = 9; cut < url.length; cut += 1) {
      for (const margin of ['', '> ', '│ ']) {
        const text = `${margin}GET ${url.slice(0, cut)}\n${margin}${url.slice(cut)}`;
        assert.deepEqual(places(text), [[JOB, NORTH, PROJECT]], text);
      }
    }
  });

  it('is joined after an escape of an encoded text', () => {
    for (const before of ['\\u0022', '%22', '\\x22', '\\"']) {
      for (const cut of [6, 8, 14, 19, 24, 30]) {
        const text = `job_id = ${before}${JOB.slice(0, cut)}\n${JOB.slice(cut)}${before}`;
        assert.deepEqual(ids(text), [JOB], text);
      }
    }
  });

  it('is not joined with anything else', () => {
    const [start, end] = [JOB.slice(0, 24), JOB.slice(24)];
    for (const text of [
      `${start}   ${SECOND.slice(0, 24)}\n${end}   ${SECOND.slice(24)}`,
      `name of job   ${start}\nload-balancer ${end}`,
      `job_id: ${start}\nd523095c05e8   ${SECOND}`,
      `job_id: ${start}\n- ${end}`,
      `job_id: ${start}\nstatus: INIT`,
      `job_id: ${JOB.slice(0, 35)}\n1. next`,
      `job_id: ${JOB.slice(0, 35)}\na job has failed`,
      `job_id: ${JOB.slice(0, 28)}\n2026-01-01 08:00 x`,
      `job_id: ${start}\n${end}0`,
      `> job_id: ${start}\n| ${end}`,
    ]) {
      assert.equal(ids(text).includes(JOB), false, text);
      assert.deepEqual(ids(text), [], text);
    }
    assert.deepEqual(ids(`${JOB}\n${SECOND}`), [JOB, SECOND]);
    assert.deepEqual(ids(`job_id: ${JOB}\n12345678 x`), [JOB]);
  });
});

describe('an id that is incomplete', () => {
  it('is never tracked, and a person sees why', () => {
    for (let length = 8; length < JOB.length; length += 1) {
      const part = JOB.slice(0, length);
      for (const text of [part, `"${part}"`, `${part}…`, `${part}...`, `job_id: ${part}`, `{"job_id":"${part}"}`]) {
        assert.deepEqual(ids(text), [], text);
        assert.deepEqual(kinds(text), [[part, 'incomplete']], text);
      }
    }
    for (const text of [
      `job ${JOB.slice(0, 18)}… failed`,
      `GET ${NORTH}/v3/${PROJECT}/elb/jobs/${JOB.slice(0, 30)}`,
      `| job_id | status |\n|---|---|\n| ${JOB.slice(0, 20)}… | INIT |`,
      `job_id: ${JOB.slice(5)}`,
      `job_id: ${HEX.slice(0, 20)}...`,
      `…${JOB.slice(9)}`,
    ]) {
      assert.deepEqual(ids(text), [], text);
      assert.deepEqual(
        jobsIn(text).candidates.map(({ appearsAs }) => appearsAs),
        ['incomplete'],
        text,
      );
    }
  });

  it('is not a job of its own beside the whole id', () => {
    assert.deepEqual(kinds(`job ${JOB.slice(0, 18)}… is ${JOB}: job_id=${JOB}`), []);
    assert.deepEqual(ids(`Waiting for job ${JOB}...`), [JOB]);
  });

  it('is for a person to decide if it is longer than a UUID', () => {
    for (const text of [`${JOB}0`, `job_id: ${JOB}-1`]) {
      assert.deepEqual(ids(text), [], text);
      assert.equal(jobsIn(text).candidates[0]?.isLikely, true, text);
    }
  });
});

describe('an id after a name', () => {
  it('is found in brackets, quotes and signs', () => {
    for (const text of [
      ...[
        `job (${JOB})`,
        `job [${JOB}]`,
        `job {${JOB}}`,
        `job #${JOB}`,
        `job "${JOB}"`,
        `job '${JOB}'`,
        `job <${JOB}>`,
      ],
      ...[
        `Job ID (${JOB})`,
        `Job ID [${JOB}]`,
        `Job ID: [${JOB}]`,
        `job-id(${JOB})`,
        `job ID #${JOB}`,
        `JobId=<${JOB}>`,
      ],
      ...[
        `job with ID ${JOB}`,
        `job with id "${JOB}"`,
        `job (ID: ${JOB})`,
        `job (id=${JOB})`,
        `job no. ${JOB}`,
        `job **${JOB}**`,
      ],
      ...[`job “${JOB}”`, `job ‘${JOB}’`, `job «${JOB}»`, `job: ${JOB}`, `job \`${JOB}\``, `job_id -> ${JOB}`],
      ...[
        `任务（${JOB}）`,
        `任务“${JOB}”`,
        `任务【${JOB}】`,
        `任务「${JOB}」`,
        `任务#${JOB}`,
        `任务：${JOB}`,
        `任务编号：${JOB}`,
      ],
      ...[
        `任务 ID（${JOB}）`,
        `任务ID是${JOB}`,
        `作业《${JOB}》`,
        `任务号 ${JOB}`,
        `任务 ID 为 “${JOB}”`,
        `Job ID：【${JOB}】`,
      ],
      ...[
        `[job_id] => ${JOB}`,
        `["job_id"]=>\n  string(36) "${JOB}"`,
        `('job_id', '${JOB}')`,
        `waiting for ELB job\n${JOB}`,
      ],
    ]) {
      for (const whole of [text, `${text} 失败`, `request_id: ${REQUEST}\n${text}\nlb ${BALANCER}`]) {
        assert.deepEqual(ids(whole), [JOB], whole);
      }
    }
    assert.deepEqual(ids(`jobs (${JOB}, ${SECOND}) of ${BALANCER}`), [JOB, SECOND]);
  });

  it('is found in the column of a table', () => {
    for (const text of [
      `+----+\n| ID | job_id | lb_id |\n+----+\n| 1 | ${JOB} | ${BALANCER} |\n| 2 | ${SECOND} | ${BALANCER} |\n+----+`,
      `| lb_id | Job ID |\n|---|:-:|\n| ${BALANCER} | \`${JOB}\` |\n| ${BALANCER} | \`${SECOND}\` |`,
      `lb_id | job\\_id\n--- | ---\n${BALANCER} | ${JOB}\n${BALANCER} | ${SECOND}`,
      `┌──┬──┐\n│ 任务ID │ 状态 │\n├──┼──┤\n│ ${JOB} │ INIT │\n│ ${SECOND} │ INIT │\n└──┴──┘`,
      `lb_id,job_id,status\n${BALANCER},${JOB},INIT\n${BALANCER},${SECOND},RUNNING`,
      `"lb_id","job_id"\r\n"${BALANCER}","${JOB}"\r\n"${BALANCER}","${SECOND}"`,
      `lb_id\tjob_id\n${BALANCER}\t${JOB}\n${BALANCER}\t${SECOND}`,
      `lb_id;job_id\n${BALANCER};${JOB}\n${BALANCER};${SECOND}`,
      `job_id                               status\n------                               ------\n${JOB} INIT\n${SECOND} RUNNING`,
      `LB                                     JOB ID\n${BALANCER}   ${JOB}\n${BALANCER}   ${SECOND}`,
      `job_id\n${JOB}\n${SECOND}`,
      `job_id\n------\n${JOB}\n${SECOND}`,
      `status : INIT\njob_id : ${JOB}\n\nstatus : INIT\njob_id : ${SECOND}\n`,
      `||lb_id||job_id||\n|${BALANCER}|${JOB}|\n|${BALANCER}|${SECOND}|`,
      `<table><tr><th>lb_id</th><th>job_id</th></tr>\n<tr>\n <td>${BALANCER}</td>\n <td>${JOB}</td>\n</tr><tr><td>${BALANCER}</td><td>${SECOND}</td></tr></table>`,
      `> | job_id | lb |\n> |---|---|\n> | ${JOB} | ${BALANCER} |\n> | ${SECOND} | x |`,
    ]) {
      assert.deepEqual(ids(text), [JOB, SECOND], text);
    }
  });

  it('is of no job if the column is another', () => {
    for (const text of [
      `job_id,request_id\n,${REQUEST}`,
      `| job_id | lb_id |\n|---|---|\n|  | ${BALANCER} |`,
      `lb_id job_id\n${BALANCER} none`,
      `| sub_job_id | status |\n| ${JOB} | INIT |`,
    ]) {
      assert.deepEqual(ids(text), [], text);
    }
  });

  it('is found in a text that another program encoded', () => {
    const json = `{"job_id":"${JOB}","request_id":"${REQUEST}"}`;
    const nested = JSON.stringify({ a: JSON.stringify({ b: JSON.stringify(JSON.parse(json)) }) });
    for (const text of [
      json.replace(/"(\w+)":"([\w-]+)"/g, '“$1”: “$2”'),
      json.replaceAll('"', '&quot;'),
      json.replaceAll('"', '&#34;'),
      json.replaceAll('"', '&#x22;'),
      json.replaceAll('"', '&amp;quot;'),
      json.replaceAll('"', '\\u0022'),
      json.replaceAll('"', '\\x22'),
      json.replaceAll('"', '\\\\u0022'),
      json.replaceAll('"', '%22'),
      json.replaceAll('"', '%2522'),
      encodeURIComponent(json),
      json.replaceAll('"', '＂').replaceAll(':', '：'),
      json.replaceAll('"', '=22'),
      nested,
      `<td>job_id</td><td>${JOB}</td>`,
      `<p><b>job_id</b>: <code>${JOB}</code></p>`,
      `&lt;job_id&gt;${JOB}&lt;/job_id&gt;`,
      `job\\_id: ${JOB}`,
      `x =3D 1\njob_id=3D${JOB}`,
    ]) {
      assert.deepEqual(ids(text), [JOB], text);
    }
  });
});

describe('an id of something else than a job of ELB', () => {
  it('is one of another service, if its host, path, command or name says so', () => {
    const ecs = 'https://ecs.cn-north-4.myhuaweicloud.com';
    for (const [text, service] of [
      [`GET ${ecs}/v1/${PROJECT}/jobs/${HEX}`, 'ecs'],
      [`POST ${ecs}/v1/${PROJECT}/cloudservers\n{"job_id":"${JOB}"}`, 'ecs'],
      [`POST https://cce.cn-north-4.myhuaweicloud.com/api/v3/projects/x/clusters\n{"jobID":"${JOB}"}`, 'cce'],
      [
        `POST /v1/${PROJECT}/cloudservers HTTP/1.1\nHost: ecs.cn-north-4.myhuaweicloud.com\n\n{"job_id":"${JOB}"}`,
        'ecs',
      ],
      [`GET https://rds.eu-de.otc.t-systems.com/v3/${PROJECT}/jobs?id=1\n{"job_id": "${JOB}"}`, 'rds'],
      [`{"job_id":"${JOB}","service_type":"ECS"}`, 'ecs'],
      [`{"serviceType":"evs","job_id":"${JOB}"}`, 'evs'],
      [`hcloud ECS ShowJob --job_id=${JOB}`, 'ecs'],
      [`waiting for RDS job (${JOB})`, 'rds'],
      [`ecs_job_id = "${JOB}"`, 'ecs'],
      [`/v1/${PROJECT}/jobs/${JOB}`, undefined],
    ] as const) {
      const { mentions, candidates } = jobsIn(text);
      assert.deepEqual(mentions, [], text);
      assert.deepEqual(
        candidates.map((each) => [each.appearsAs, each.service]),
        [['other-service-job', service]],
        text,
      );
    }
  });

  it('is one of the classic API', () => {
    for (const text of [
      `GET https://elb.eu-de.otc.t-systems.com/v1.0/${PROJECT}/jobs/${HEX}`,
      `GET /v1.0/${PROJECT}/jobs/${HEX}`,
      `{"uri":"https://elb.eu-de.otc.t-systems.com/v1.0/${PROJECT}/jobs/${HEX}","job_id":"${HEX}"}`,
      `POST https://elb.eu-de.otc.t-systems.com/v1.0/${PROJECT}/elbaas/loadbalancers\n{"job_id":"${HEX}"}`,
    ]) {
      assert.deepEqual(kinds(text), [[HEX, 'classic-job']], text);
      assert.deepEqual(ids(text), [], text);
    }
  });

  it('is no doubt about jobs of ELB beside it', () => {
    const text = [
      `POST ${NORTH}/v3/${PROJECT}/elb/loadbalancers/${BALANCER}/clone`,
      `{"job_id":"${JOB}"}`,
      `GET https://iam.cn-north-4.myhuaweicloud.com/v3/projects`,
      `[{"job_id":"${SECOND}","service_type":"elb"}]`,
    ];
    assert.deepEqual(ids(text.join('\n')), [JOB, SECOND]);
    assert.deepEqual(ids(`hcloud ELB ShowJob --job_id=${JOB}`), [JOB]);
    assert.deepEqual(ids(`See https://support.huaweicloud.com/api-ecs/x.html for job_id ${JOB}`), [JOB]);
  });

  it('is a sub-job, in any language', () => {
    for (const text of [
      `&jobs.Job{JobId:"${JOB}", SubJobs:[]jobs.SubJob{jobs.SubJob{JobId:"${SECOND}"}, jobs.SubJob{JobId:"${REQUEST}"}}}`,
      `{Status:RUNNING JobId:${JOB} SubJobs:[{Status:INIT JobId:${SECOND}}]}`,
      `"job_id" = "${JOB}"\n"sub_jobs" = tolist([\n  {\n    "job_id" = "${SECOND}"\n  },\n])`,
      `json.job.job_id = "${JOB}";\njson.job.sub_jobs[0].job_id = "${SECOND}";`,
      `job_id: ${JOB}\nsub_jobs[0]["job_id"]: ${SECOND}`,
      `job_id=${JOB}\nsub_jobs/0/job_id=${SECOND}`,
      `<job><job_id>${JOB}</job_id><sub_jobs><sub_job><job_id>${SECOND}</job_id></sub_job></sub_jobs></job>`,
      `<job job_id="${JOB}"><subJob job_id="${SECOND}"/></job>`,
      `<sub_jobs><sub_job job_id="${SECOND}"/></sub_jobs><job_id>${JOB}</job_id>`,
      `job_id: ${JOB}\nsub_jobs: # two\n- job_id: ${SECOND}`,
      `Job(job_id='${JOB}', sub_jobs=[SubJob(job_id='${SECOND}', name='a (b)')])`,
      `SubJob(name='a (b)', job_id='${SECOND}')\njob_id='${JOB}'`,
      `Job { job_id: "${JOB}", sub_jobs: Some([SubJob { job_id: "${SECOND}" }]) }`,
      `[job_id] => ${JOB}\n[sub_jobs] => Array\n(\n  [0] => Array\n  (\n    [job_id] => ${SECOND}\n  )\n)`,
      `job_id = "${JOB}"\n[[sub_jobs]]\njob_id = "${SECOND}"`,
      `{:job_id=>"${JOB}", :sub_jobs=>[{:job_id=>"${SECOND}"}]}`,
      `| job_id | sub_job_id |\n|---|---|\n| ${JOB} | ${SECOND} |`,
      `Sub-jobs:\n| job_id | status |\n|---|---|\n| ${SECOND} | INIT |\n\njob_id: ${JOB}`,
      `任务 ${JOB} 的子任务（${SECOND}）`,
      `job ${JOB}, sub-job (${SECOND})`,
      `sub_jobs_0_job_id=${SECOND}\njob_id=${JOB}`,
      `sub jobs: ${SECOND}\njob_id=${JOB}`,
      `child job ${SECOND} of job ${JOB}`,
      `job_id: ${JOB}\nsub_jobs: ${SECOND}`,
    ]) {
      assert.deepEqual(ids(text), [JOB], text);
      const kind = jobsIn(text).candidates.find(({ jobId }) => jobId === SECOND);
      assert.equal(kind?.appearsAs, 'sub-job', text);
    }
  });

  it('is named across the last column of a terminal, at any width', () => {
    const texts = [
      `"GET ${NORTH}/v3/${PROJECT}/elb/jobs/${JOB}\\nrequest_id | job_id\\n${SECOND} | ${REQUEST}\\n"`,
      `{%22job_id%22:%22${SECOND}%22,%22service_type%22:%22EVS%22}\n`,
      `"clone_job_id => [${JOB}]\\n\\"sub_jobs\\" = tolist([\\n {\\n \\"job_id\\" = \\"${SECOND}\\"\\n },\\n])"`,
      `\\u0022sub_jobs\\u0022 = tolist([\n  {\n    \\u0022job_id\\u0022 = \\u0022${SECOND}\\u0022\n  },\n])`,
      `"lb_id;x\\n${BALANCER};${JOB}\\n\\n\\"sub_jobs\\" = tolist([\\n {\\n \\"job_id\\" = \\"${SECOND}\\"\\n },\\n])"`,
      `"sub_job_id,job_id\\n${SECOND},${JOB}\\n${BALANCER},${REQUEST}\\n\\n---\\nsub_jobs[0].job_id = \\"${SECOND}\\""`,
      `"job_id: ${JOB}\\n---\\nGET https://rds.cn-north-4.myhuaweicloud.com/v1/${PROJECT}/x\\n{\\"job_id\\":\\"${SECOND}\\"}"`,
      `"jobId => <${JOB}>\\n---\\nid=“${BALANCER}”\\n---\\nsub_job_id => （${SECOND}）"`,
      `"${NORTH}/v3/${PROJECT}/elb/loadbalancers/${BALANCER}\\nsub_job_id | job_id\\n${SECOND} | ${REQUEST}\\n"`,
    ];
    for (const text of texts) {
      for (const margin of ['', '> ', '│ ', '| ', '    ']) {
        for (let width = 20; width <= 100; width += 1) {
          const wrapped = inColumns(text, width, margin);
          assert.ok(!ids(wrapped).includes(SECOND), wrapped);
        }
      }
    }
  });

  it('is a sub-job also if a line ends anywhere in the path that says so', () => {
    for (const path of [
      'sub_jobs[0].job_id',
      'sub_jobs[117].job_id',
      'sub_jobs.3.job_id',
      'subJobs[0].jobId',
      'sub_jobs[0]["job_id"]',
      '["sub_jobs"][0]["job_id"]',
      'sub_jobs/0/job_id',
      'sub_jobs[0]->job_id',
      'SubJobs[0]::JobId',
    ]) {
      for (const prefix of ['the answer: job.', 'data.response.job.', '/v/response/job/', '$response->job->', '# ']) {
        for (const margin of ['', '> ', '│ ', '| ', '# ', '    ']) {
          const line = `${margin}${prefix}${path} = "${SECOND}"`;
          for (let end = margin.length + 15; end < line.indexOf(SECOND); end += 1) {
            const text = `${line.slice(0, end)}\n${margin}${line.slice(end)}`;
            assert.ok(!ids(text).includes(SECOND), text);
          }
        }
      }
    }
    // The next lines are about other jobs.
    for (const text of [
      `It has two sub_jobs[0]\njob_id = "${JOB}"`,
      `job_id of the sub_jobs:\n\n"job": {"job_id": "${JOB}"}`,
    ]) {
      assert.deepEqual(ids(text), [JOB], text);
    }
  });

  it('is named by two words and by a plural', () => {
    for (const [text, kind] of [
      [`Request IDs: ${REQUEST}`, 'request'],
      [`trace id ${REQUEST}`, 'request'],
      [`request_ids: ${REQUEST}`, 'request'],
      [`instance ID: ${REQUEST}`, 'resource'],
      [`子任务列表：${REQUEST}`, 'sub-job'],
      [`sub_jobs: [${REQUEST}]`, 'sub-job'],
      [`the id ${REQUEST}`, 'unknown'],
    ] as const) {
      assert.deepEqual(kinds(text), [[REQUEST, kind]], text);
      assert.equal(jobsIn(text).candidates[0]?.isLikely, kind === 'unknown', text);
    }
  });

  it('is named by the words around it, with its line', () => {
    const text = `\n\nrequest_id: ${REQUEST}\nload balancer ${BALANCER}\r\nx token=abcdef job seen ${JOB} y`;
    assert.deepEqual(
      jobsIn(text).candidates.map(({ jobId, appearsAs, line }) => [jobId, appearsAs, line]),
      [
        [REQUEST, 'request', 3],
        [BALANCER, 'resource', 4],
        [JOB, 'unknown', 5],
      ],
    );
    const [, , unknown] = jobsIn(text).candidates;
    assert.deepEqual([unknown?.before, unknown?.after, unknown?.isLikely], ['x token=*** job seen ', ' y', true]);
  });

  it('may have no dashes, if the text names no job', () => {
    assert.deepEqual(kinds(`job ${HEX} of load balancer ${BALANCER}`), [
      [HEX, 'unknown'],
      [BALANCER, 'resource'],
    ]);
    assert.deepEqual(kinds(`${HEX}\n${PROJECT}`).length, 2);
    // Not beside a job, and not a project, a checksum with a name, a number or a part of a word.
    assert.deepEqual(kinds(`job_id=${JOB}\n${HEX}`), []);
    for (const text of [`project_id=${PROJECT}`, `GET /v1/${PROJECT}/lbs`, `request_id: ${HEX}`]) {
      assert.deepEqual(kinds(`${text} sent`), [], text);
    }
    for (const text of ['1'.repeat(32), 'a'.repeat(32), `${HEX}0`, `x${HEX}`, `${HEX}-1`, `${HEX}完成`]) {
      assert.deepEqual(kinds(`the id ${text} of it`), [], text);
    }
  });

  it('is in doubt if the text names it as a job and as something else', () => {
    for (const text of [`job_id: ${JOB}\nrequest_id: ${JOB}`, `sub-job ${JOB}, job ${JOB}`]) {
      assert.deepEqual(ids(text), [], text);
      assert.deepEqual(
        jobsIn(text).candidates.map((each) => [each.appearsAs, each.isLikely]),
        [['job', true]],
        text,
      );
    }
  });
});

describe('the place of a job', () => {
  const path = `/v3/${PROJECT}/elb/jobs/${JOB}`;
  const there = [[JOB, OTC, PROJECT]];

  it('has the host that the text names, however it does', () => {
    const host = 'elb.eu-de.otc.t-systems.com';
    for (const text of [
      `GET ${OTC}/${path}`,
      `GET ${OTC}/base/path${path}`,
      `GET ${host}/base${path}`,
      `url=${OTC}${path}&x=1`,
      `next=${encodeURIComponent(OTC + path)}`,
      `> GET ${path} HTTP/1.1\n> Host: ${host}\n> User-Agent: curl`,
      `> GET ${path} HTTP/2\r\n> User-Agent: x\r\n> Host: ${host}\r\n`,
      `* Connected to ${host} (10.0.0.1) port 443\n> GET ${path} HTTP/1.1\n< HTTP/1.1 200 OK`,
      `[HTTP/2] [1] [:method: GET]\n[HTTP/2] [1] [:authority: ${host}]\n[HTTP/2] [1] [:path: ${path}]`,
      `[:path: ${path}]\n[:authority: ${host}]`,
      `Host: ${host}\nGET ${path}`,
      `https://${host}:443 "GET ${path} HTTP/1.1" 200`,
      `send: b'GET ${path} HTTP/1.1\\r\\nHost: ${host}\\r\\n'`,
      `GET //${host}${path}`,
    ]) {
      assert.deepEqual(places(text), there, text);
    }
  });

  it('has the host of its own request among several', () => {
    const requests = [NORTH, OTC].map(
      (origin, at) =>
        `> GET /v3/${PROJECT}/elb/jobs/${at === 0 ? SECOND : JOB} HTTP/1.1\n> Host: ${new URL(origin).host}\n>\n< HTTP/1.1 200`,
    );
    assert.deepEqual(places(requests.join('\n')), [[SECOND, NORTH, PROJECT], ...there]);
    const before = [NORTH, OTC].map(
      (origin, at) => `Host: ${new URL(origin).host}\nGET /v3/${PROJECT}/elb/jobs/${at === 0 ? SECOND : JOB}`,
    );
    assert.deepEqual(places(before.join('\n')), [[SECOND, NORTH, PROJECT], ...there]);
    const clones = [NORTH, OTC].map(
      (origin, at) => `POST ${origin}/v3/${PROJECT}/elb/x\n{"job_id":"${at === 0 ? SECOND : JOB}"}`,
    );
    assert.deepEqual(places(clones.join('\n')), [[SECOND, NORTH, PROJECT], ...there]);
  });

  it('has a project in upper case or with dashes, too', () => {
    assert.deepEqual(places(`GET /v3/${OTHER_PROJECT.toUpperCase()}/elb/jobs/${JOB}`), [
      [JOB, undefined, OTHER_PROJECT],
    ]);
    assert.deepEqual(ids(`GET /v3/${OTHER_PROJECT}0/elb/jobs/${JOB}`), [], 'a project that cannot be read');
  });

  it('has a region without a host as a hint only', () => {
    for (const text of [`region = "eu-de"\njob_id = "${JOB}"`, `job_id: ${JOB}, region: eu-de`]) {
      const [mention] = jobsIn(text).mentions;
      assert.deepEqual(
        [mention?.endpoint, mention?.region, mention?.regionHint],
        [undefined, undefined, 'eu-de'],
        text,
      );
    }
    assert.equal(
      jobsIn(`region = "eu-de"\nregion = "us-east-1"\njob_id = "${JOB}"`).mentions[0]?.regionHint,
      undefined,
    );
  });
});
