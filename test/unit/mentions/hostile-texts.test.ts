import assert from 'node:assert/strict';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { MAX_BRACKET_DEPTH, MAX_MENTIONS, MAX_PASTED_LENGTH } from '../../../src/base/limits';
import { SharedTurns } from '../../../src/base/work/shared-turns';
import { jobLinksIn, jobLinksInTurns } from '../../../src/mentions/job-links';
import { jobsIn, jobsInTurns } from '../../../src/mentions/job-mentions';
import { SearchTurns } from '../../../src/mentions/search-turns';
import { parseJobId } from '../../../src/jobs/model/job-reference';
import { PASTED_TEXTS } from '../../support/hostile/pasted-texts';

const NORTH = 'https://elb.cn-north-4.myhuaweicloud.com';
const PROJECT = '7b7705dce1e847b08b3b16dda67fec24';
const JOB = '37d5c1fd-fa57-4c6d-bdcd-d523095c05e8';
const SECOND = 'ef6da45b-35d9-4c18-8c35-0b80d94ab9e6';
const LEGACY = '4010b39b5281d3590152874bfa3b1604';

/** Returns the ids, or the problem if there are none. */
function ids(text: string): readonly string[] | string | undefined {
  const { mentions, problem } = jobsIn(text);
  return mentions.length === 0 ? problem : mentions.map(({ jobId }) => jobId);
}

/** Turns that follow each other at once, each for so many characters. */
const turnsOf = (length: number) => new SearchTurns(length, new SharedTurns(length, queueMicrotask));

/** Returns a text without ids, of a length. */
const filler = (length: number) => 'a log line\n'.repeat(Math.ceil(length / 11)).slice(0, length);

describe('a hostile text', () => {
  for (const { name, ofLength } of PASTED_TEXTS.inputs) {
    it(`hides no job that a log names after it: ${name}`, () => {
      for (const length of [1, 7, 100, 2000]) {
        const text = ofLength(length);
        assert.equal(text.length, length);
        const { mentions } = jobsIn(`${text}\n2024-03-23T08:20:42Z job_id=${SECOND}\n`);
        assert.equal(mentions.at(-1)?.jobId, SECOND, `of ${length}`);
        for (const { jobId } of mentions) assert.equal(parseJobId(jobId), jobId);
      }
    });

    it(`has the same jobs and links if it is searched in turns: ${name}`, async () => {
      const part = ofLength(600);
      for (const text of [part, `job_id=${JOB}\n${part}\n2024 job_id=${SECOND}`]) {
        const [jobs, links] = [jobsIn(text), jobLinksIn(text, 1000)];
        for (const length of [1, 7, 100, 1500]) {
          assert.deepEqual(await jobsInTurns(text, undefined, turnsOf(length)), jobs, `jobs, ${length} in a turn`);
          const found = await jobLinksInTurns(text, 1000, () => true, turnsOf(length));
          assert.deepEqual(found, links, `links, ${length} in a turn`);
        }
      }
    });
  }

  it('hides no job behind more open brackets than are remembered', () => {
    for (const [opener, closer] of [
      ['[', ']'],
      ['{', '}'],
    ] as const) {
      for (const depth of [MAX_BRACKET_DEPTH - 1, MAX_BRACKET_DEPTH, MAX_BRACKET_DEPTH + 1, 10_000]) {
        assert.deepEqual(ids(`${opener.repeat(depth)}"job_id":"${JOB}"`), [JOB]);
        const closed = `"a":${opener.repeat(depth)}${closer.repeat(depth)}`;
        assert.deepEqual(ids(`{${closed},"job_id":"${JOB}","sub_jobs":[{"job_id":"${SECOND}"}]}`), [JOB]);
        assert.equal(ids(`"sub_jobs":[${opener.repeat(depth)}"job_id":"${JOB}"`), 'only-sub-jobs', 'The role lives on');
      }
    }
  });

  it('is flat text after the end of the brackets that are remembered', () => {
    const [open, close] = ['['.repeat(2 * MAX_BRACKET_DEPTH), ']'.repeat(2 * MAX_BRACKET_DEPTH)];
    assert.deepEqual(ids(`"sub_jobs":[${open}${close} {"job_id":"${JOB}"}]`), [JOB]);
  });

  it('has no more jobs than the maximum, however many it names', () => {
    const many = Array.from({ length: 6000 }, (_, at) => `job_id=${at.toString(16).padStart(8, '0')}${JOB.slice(8)}`);
    const { mentions, problem } = jobsIn(many.join('\n'));
    assert.deepEqual([mentions.length, problem], [MAX_MENTIONS, 'too-many']);
    assert.equal(jobLinksIn(many.join('\n'), 1000).length, 1000);
  });
});

describe('a text that is longer than what is searched', () => {
  it('has the jobs of its beginning, and says how long it is', () => {
    const text = `job_id=${JOB}\n${filler(2 * MAX_PASTED_LENGTH)}\njob_id=${SECOND}`;
    const { mentions, problem, lengthIfCut } = jobsIn(text);
    assert.deepEqual(
      mentions.map(({ jobId }) => jobId),
      [JOB],
    );
    assert.deepEqual([problem, lengthIfCut], [undefined, text.length]);
  });

  it('is said to be too long, rather than to have no job, if its beginning has none', () => {
    const rest = filler(MAX_PASTED_LENGTH + 1);
    for (const begin of ['', `${JOB} is a load balancer\n`, `"sub_jobs":[{"job_id":"${JOB}"}]\n2024\n`]) {
      assert.equal(ids(`${begin}${rest}\njob_id=${SECOND}`), 'too-long', begin);
    }
    assert.equal(ids('x'.repeat(10 * MAX_PASTED_LENGTH)), 'too-long');
  });

  it('is not too long because of the blanks around it', () => {
    const blanks = ' \n'.repeat(MAX_PASTED_LENGTH);
    assert.deepEqual(ids(`${blanks}${JOB}${blanks}`), [JOB]);
    assert.equal(jobsIn(`${blanks}job_id=${JOB}${blanks}`).lengthIfCut, undefined);
  });

  it('is searched whole if it is exactly as long', () => {
    const named = `\njob_id=${JOB}`;
    const { mentions, lengthIfCut } = jobsIn(filler(MAX_PASTED_LENGTH - named.length) + named);
    assert.deepEqual([mentions[0]?.jobId, lengthIfCut], [JOB, undefined]);
  });

  it('has no job with a part of an id, wherever the id is cut', () => {
    for (const [before, id, after] of [
      ['\njob_id=', JOB, '\n'],
      ['\n"job_id": "', LEGACY, '"\n'],
      ['\njob_id: ', 'x'.repeat(60) + '1234', ' '],
      [`\n${NORTH}/v3/${PROJECT}/elb/jobs/`, JOB, '\n'],
      [`\n${NORTH}/v3/${PROJECT}/elb/jobs/`, 'job-1', '\n'],
      ['\njob ', JOB, '\u{1d400}'],
      ['\njob ', JOB, '完成'],
    ] as const) {
      for (let cut = before.length - 2; cut < before.length + id.length; cut += 1) {
        const begin = filler(MAX_PASTED_LENGTH - cut);
        const found = ids(`${begin}${before}${id}${after}${filler(1000)}`);
        assert.equal(found, 'too-long', `${before}${id} cut after ${cut}`);
      }
    }
  });

  it('has the id that ends just before the cut', () => {
    const named = `\njob_id=${JOB}`;
    const text = `${filler(MAX_PASTED_LENGTH - named.length)}${named}\n${filler(1000)}`;
    assert.deepEqual(ids(text), [JOB]);
  });

  it('gives no job the endpoint of a host that is cut', () => {
    const named = `job_id=${JOB}\n`;
    const host = '\nHost: elb.cn-north-4.myhuaweicloud.com';
    const text = `${named}${filler(MAX_PASTED_LENGTH - named.length - host.length)}${host}.evil.example\n${filler(99)}`;
    assert.deepEqual(jobsIn(text).mentions, [
      { jobId: JOB, endpoint: undefined, region: undefined, projectId: undefined },
    ]);
  });

  it('is not kept in memory by the jobs that it mentions', () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const place = `${NORTH}/v3/${PROJECT}/elb/jobs/`;
    const kept: unknown[] = [];
    collect();
    const before = process.memoryUsage().heapUsed;
    for (let at = 0; at < 40; at += 1) {
      const id = `${at.toString(16).padStart(8, '0')}${JOB.slice(8)}`;
      kept.push(jobsIn(`${place}${id} ${filler(MAX_PASTED_LENGTH)}`).mentions, jobsIn(`${id}${' '.repeat(10 ** 6)}`));
    }
    collect();
    assert.ok(process.memoryUsage().heapUsed - before < 4 * 1024 * 1024);
    assert.equal(kept.length, 80);
  });
});
