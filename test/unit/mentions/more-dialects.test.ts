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

const THIRD = 'c0ffee12-3456-4789-8abc-def012345678';

const kindOf = (text: string, id: string) => jobsIn(text).candidates.find(({ jobId }) => jobId === id)?.appearsAs;

describe('an id in a program that uses an SDK', () => {
  it('is that of a job of the service whose package or member the program names', () => {
    for (const text of [
      `from huaweicloudsdkecs.v2 import *\nclient.show_job(ShowJobRequest(job_id="${JOB}"))`,
      `import huaweicloudsdkevs\njob_id = "${JOB}"`,
      `client.ecs.show_job(job_id="${JOB}")`,
      `sdk.CCE.ShowJob(job_id: "${JOB}")`,
    ]) {
      assert.deepEqual([ids(text), kindOf(text, JOB)], [[], 'other-service-job'], text);
    }
    for (const text of [
      `from huaweicloudsdkcore.auth.credentials import BasicCredentials\njob_id = "${JOB}"`,
      `from huaweicloudsdkelb.v3 import *\nclient.show_job(ShowJobRequest(job_id="${JOB}"))`,
      `client.elb.show_job(job_id="${JOB}")`,
      `self.client.show_job(job_id="${JOB}")`,
    ]) {
      assert.deepEqual(ids(text), [JOB], text);
    }
  });
});

describe('an id in one more dialect', () => {
  it('is found after more words, signs and types', () => {
    for (const text of [
      `Job №${JOB} waits`,
      `job – ${JOB}`,
      `job - ${JOB} in state INIT`,
      `job ID → ${JOB}`,
      `job (uuid ${JOB})`,
      `job (id ${JOB}) failed`,
      `任务的ID是${JOB}`,
      `任务的 ID 为 ${JOB}`,
      `請問任務ID：${JOB}`,
      `任務（${JOB}）`,
      `job_id: [\n  ${JOB}\n]`,
      `|job_id:|${JOB}|\n|status:|RUNNING|`,
      `Job { job_id: Some("${JOB}"), status: Some("INIT") }`,
      `(string) (len=6) "job_id": (string) (len=36) "${JOB}",`,
      `'job_id': u'${JOB}'`,
      `JobId = new Guid("${JOB}")`,
      `job_id: uuid.UUID("${JOB}")`,
      `job_id: urn:uuid:${JOB}`,
      `job_id: !!str ${JOB}`,
      `job_id == "${JOB}"`,
      `let jobId: string = "${JOB}"`,
      `job.id=${JOB}`,
      `job_uuid: ${JOB}`,
      `Job ID（ELB）：${JOB}`,
      `job_id: \u200b${JOB}\u200b`,
      `"job_id"\u200b: "${JOB}"`,
    ]) {
      assert.deepEqual(ids(text), [JOB], text);
    }
    assert.deepEqual(ids(`jobs: ${JOB} and ${SECOND} wait`), [JOB, SECOND]);
  });

  it('is found among the colours of a terminal, also as other programs show them', () => {
    for (const text of [
      `\u001b[31m│\u001b[0m job_id = "\u001b[1;32m${JOB}\u001b[0m"`,
      `^[[31mjob_id^[[0m: ^[[32m${JOB}^[[0m`,
      `[31mjob_id[0m: [32m${JOB}[0m`,
      `\\u001b[31mjob_id\\u001b[0m: \\u001b[32m${JOB}\\u001b[0m`,
      `job_id: \u001b]8;;https://example.com\u001b\\${JOB}\u001b]8;;\u001b\\ done`,
    ]) {
      assert.deepEqual(ids(text), [JOB], text);
    }
  });

  it('is joined behind the signs of comments', () => {
    for (const margin of ['// ', '* ', ' * ']) {
      for (let cut = 1; cut < JOB.length; cut += 1) {
        const text = `${margin}answer {"job_id":"${JOB.slice(0, cut)}\n${margin}${JOB.slice(cut)}","x":1}`;
        assert.deepEqual(ids(text), [JOB], text);
      }
    }
    const url = `${OTC}/v3/${PROJECT}/elb/jobs/${JOB}`;
    for (let cut = 9; cut < url.length; cut += 1) {
      const text = `GET ${url.slice(0, cut)}\n${url.slice(cut)}`;
      assert.deepEqual(places(text), [[JOB, OTC, PROJECT]], text);
    }
  });

  it('is not put together from parts that an encoded backslash or a rule divides', () => {
    for (const text of [
      `GET ${NORTH}/v3/${PROJECT}/elb/jobs/${JOB.slice(0, 8)}%5c${JOB.slice(8)}`,
      `GET ${NORTH}/v3/${PROJECT}/elb/jobs/${JOB.slice(0, 33)}\n---\n`,
      `> GET ${NORTH}/v3/${PROJECT}/elb/jobs/${JOB.slice(0, 33)}\n> ---\n`,
    ]) {
      for (const id of ids(text)) assert.ok(text.includes(id), `${id} is not in:\n${text}`);
    }
  });

  it('is never lost, even if other words touch it', () => {
    for (const text of [
      `麻烦看下${JOB}这个`,
      `任务ID-${JOB}完成了`,
      `elb-job-${JOB}`,
      `jobs_${JOB}`,
      `file job-${JOB}.log`,
    ]) {
      const { mentions, candidates } = jobsIn(text);
      assert.deepEqual([mentions, candidates.map(({ jobId }) => jobId)], [[], [JOB]], text);
    }
    for (const text of [`see ${JOB}0 there`, `see ab${JOB} there`, `see ff-${JOB} there`]) {
      assert.ok(!jobsIn(text).candidates.some(({ jobId }) => jobId === JOB), text);
    }
  });
});

describe('a sub-job in one more dialect', () => {
  const texts: readonly string[] = [
    `job_id   : ${JOB}\nsub_jobs : @{job_id=${SECOND}; status=INIT}`,
    `Job ID: ${JOB}\nSub jobs:\n- Job ID: ${SECOND}`,
    `Job ID: ${JOB}\nSub Jobs\n  Job ID: ${SECOND}`,
    `任务ID：${JOB}\n子任务：\n  任务ID：${SECOND}`,
    `任务ID：${JOB}\n子任务列表：\n- ${SECOND} 成功`,
    `任務ID：${JOB}，子任務ID：${SECOND}`,
    `job ${JOB} has sub jobs ${SECOND} and ${THIRD}`,
    `child job ${SECOND} of job ${JOB}`,
    `childJobs: [{jobId: ${SECOND}}], jobId: ${JOB}`,
    `subtasks: [{job_id: "${SECOND}"}], job_id: "${JOB}"`,
    `job_id=${JOB} sub_job_ids=[${SECOND}]`,
    `jobId=${JOB}, subJobIds=${SECOND},${THIRD}`,
    `map[string]interface {}{"job_id":"${JOB}", "sub_jobs":[]interface {}{map[string]interface {}{"job_id":"${SECOND}"}}}`,
    `"job_id": (string) (len=36) "${JOB}",\n "sub_jobs": ([]interface {}) (len=1 cap=1) {\n  (map[string]interface {}) (len=1) {\n   "job_id": (string) (len=36) "${SECOND}"\n  }\n }`,
    `Job { job_id: Some("${JOB}"), sub_jobs: Some([SubJob { job_id: Some("${SECOND}") }]) }`,
    `| job_id |\n|---|\n| ${JOB} |\n\n### Sub jobs\n\n| job_id | status |\n|---|---|\n| ${SECOND} | INIT |\n`,
    `sub_jobs\n+----------+\n| job_id |\n+----------+\n| ${SECOND} |\n+----------+\n\njob_id: ${JOB}`,
    `job_id,sub_job_id\n${JOB},${SECOND}`,
  ];
  for (const text of texts) {
    it(`is no job: ${JSON.stringify(text.slice(0, 90))}`, () => {
      assert.deepEqual(ids(text), [JOB], text);
      assert.equal(kindOf(text, SECOND), 'sub-job', text);
    });
  }

  it('has no name that takes the next job for one', () => {
    for (const text of [
      `sub_jobs=\njob_id=${JOB}`,
      `sub_jobs: 3\njob_id: ${JOB}`,
      `The number of sub-jobs\n\njob_id: ${JOB}`,
      `Sub jobs: 2, job ID: ${JOB}`,
    ]) {
      assert.deepEqual(ids(text), [JOB], text);
    }
  });
});

describe('a record with one name a line', () => {
  it('says which service a job is of', () => {
    for (const [name, sign] of [
      ['service_type', ': '],
      ['service_type', ' = '],
      ['serviceType', ' : '],
    ] as const) {
      for (const lines of [
        [`job_id${sign}${SECOND}`, `${name}${sign}ECS`],
        [`${name}${sign}ECS`, `job_id${sign}${SECOND}`],
        [`job_id${sign}${SECOND}`, `status${sign}INIT`, `${name}${sign}"ECS"`],
      ]) {
        const text = lines.join('\n');
        assert.deepEqual([ids(text), kindOf(text, SECOND)], [[], 'other-service-job'], text);
      }
    }
    const box = `+--+--+\n| job_id | ${SECOND} |\n| service_type | ECS |\n+--+--+`;
    assert.equal(kindOf(box, SECOND), 'other-service-job');
  });

  it('does not say it of another record', () => {
    const both = [
      `service_type: ELB\njob_id: ${JOB}\nservice_type: ECS\njob_id: ${SECOND}`,
      `job_id: ${JOB}\nservice_type: ELB\njob_id: ${SECOND}\nservice_type: ECS`,
      `job_id: ${SECOND}\nservice_type: ECS\n\njob_id: ${JOB}`,
      `- job_id: ${JOB}\n  sub_jobs:\n  - job_id: ${THIRD}\n  service_type: ELB\n- job_id: ${SECOND}\n  service_type: ECS`,
    ];
    for (const text of both) {
      assert.deepEqual([ids(text), kindOf(text, SECOND)], [[JOB], 'other-service-job'], text);
    }
  });

  it('says which project a job is in, if there are several', () => {
    for (const text of [
      `job_id: ${JOB}\nproject_id: ${PROJECT}\n\njob_id: ${SECOND}\nproject_id: ${OTHER_PROJECT}`,
      `job_id: ${JOB}\nproject_id: ${PROJECT}\njob_id: ${SECOND}\nproject_id: ${OTHER_PROJECT}`,
      `- job_id: ${JOB}\n  project_id: ${PROJECT}\n- job_id: ${SECOND}\n  project_id: ${OTHER_PROJECT}`,
      `project_id = "${PROJECT}"\njob_id = "${JOB}"\n\nproject_id = "${OTHER_PROJECT}"\njob_id = "${SECOND}"`,
      `Project ID: ${PROJECT}\nJob ID: ${JOB}\n\nProject ID: ${OTHER_PROJECT}\nJob ID: ${SECOND}`,
    ]) {
      const expected = [
        [JOB, undefined, PROJECT],
        [SECOND, undefined, OTHER_PROJECT],
      ];
      assert.deepEqual(places(text), expected, text);
    }
  });
});

describe('the place of a job in one more dialect', () => {
  it('has the project that prose names, but not that of an enterprise', () => {
    for (const text of [
      `Project ID: ${PROJECT}\nJob ID: ${JOB}`,
      `project: ${PROJECT}\njob: ${JOB}`,
      `项目ID：${PROJECT}，任务ID：${JOB}`,
      `job ${JOB} in project ${PROJECT}`,
    ]) {
      assert.deepEqual(places(text), [[JOB, undefined, PROJECT]], text);
    }
    for (const text of [
      `enterprise project ${PROJECT}\njob_id: ${JOB}`,
      `Enterprise project ID: ${BALANCER}\njob_id: ${JOB}`,
    ]) {
      assert.deepEqual(places(text), [[JOB, undefined, undefined]], text);
    }
  });

  it('has the host of a URL with more slashes, another version or upper case', () => {
    for (const path of [
      `///v3//${PROJECT}//elb//jobs//${JOB}`,
      `/v3/${PROJECT}//elb/jobs/${JOB}`,
      `/v3.0/${PROJECT}/elb/jobs/${JOB}`,
      `/V3/${PROJECT}/ELB/jobs/${JOB}`,
    ]) {
      assert.deepEqual(places(`GET ${OTC}${path}`), [[JOB, OTC, PROJECT]], path);
    }
  });

  it('has the endpoint of a command rather than its region', () => {
    const command = `hcloud ELB ShowJob --cli-region=cn-north-4 --cli-endpoint="${OTC}" --job_id=${JOB}`;
    assert.deepEqual(places(command), [[JOB, OTC, undefined]]);
    assert.deepEqual(places(`hcloud ELB ShowJob --cli-region=cn-north-4 --job_id=${JOB}`), [[JOB, NORTH, undefined]]);
  });
});

describe('a job of another service in one more dialect', () => {
  it('has the name of its service', () => {
    for (const [text, service] of [
      [`RDS 任务ID：${JOB}`, 'rds'],
      [`ECS任务 ${JOB} 失败`, 'ecs'],
      [`云服务器任务 ${JOB} 失败`, 'ecs'],
      [`ecs job id: ${JOB}`, 'ecs'],
      [`Error waiting for ECS instance job (${JOB})`, 'ecs'],
      [`https://rds.eu-west-101.myhuaweicloud.eu/v3/${PROJECT}/jobs?id=${JOB}`, 'rds'],
      [`> GET /v1/${PROJECT}/jobs/${JOB} HTTP/1.1\n> Host: ecs.eu-de.otc.t-systems.com`, 'ecs'],
    ] as const) {
      const { mentions, candidates } = jobsIn(text);
      const found = candidates.map(({ jobId, appearsAs, service: name }) => [jobId, appearsAs, name]);
      assert.deepEqual([mentions, found], [[], [[JOB, 'other-service-job', service]]], text);
    }
    assert.equal(
      kindOf(`> GET /v1/${PROJECT}/jobs/${JOB} HTTP/1.1\n> Host: elb.eu-de.otc.t-systems.com`, JOB),
      'classic-job',
    );
    assert.deepEqual(ids(`ELB任务（${JOB}）`), [JOB]);
    assert.deepEqual(ids(`后端云服务器任务 ${JOB}`), [JOB]);
  });

  it('is not mixed up with requests and resources whose names have two words', () => {
    assert.equal(kindOf(`Request ID: ${REQUEST}`, REQUEST), 'request');
    assert.equal(kindOf(`Job ID : ${JOB}\nLB ID : ${BALANCER}`, BALANCER), 'resource');
    assert.deepEqual(ids(`job with ID ${JOB}`), [JOB]);
  });
});
