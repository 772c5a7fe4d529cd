import assert from 'node:assert/strict';
import { jobsIn } from '../../../src/mentions/job-mentions';
import reported from '../../fixtures/reported-cases.json';

const KINDS = [
  'hard-wrapped text',
  'id in brackets behind the name',
  'column heading names the ids',
  'jobs of other services',
  'the word region decides the place',
  'host is dropped in silence',
  'sub-jobs taken for jobs',
  'text that another program dressed',
];
const OTHERS: Readonly<Record<string, (input: string) => void>> = {
  C5: (input) => {
    const [candidate] = jobsIn(input).candidates;
    assert.deepEqual([candidate?.appearsAs, candidate?.isLikely, candidate?.line], ['unknown', true, 1]);
  },
  D4: (input) => {
    assert.deepEqual(
      jobsIn(input).candidates.map(({ jobId, appearsAs }) => [jobId, appearsAs]),
      [['ff8080827e7810fb017f06338a731328', 'classic-job']],
    );
  },
  F1: (input) => {
    assert.equal(jobsIn(input).mentions[0]?.endpoint, 'https://elb.eu-nl.otc.t-systems.com');
  },
  F3: (input) => {
    assert.equal(jobsIn(input).mentions[0]?.endpoint, 'https://elb.eu-de.otc.t-systems.com');
  },
};

describe('a reported text', () => {
  for (const { id, kind, input, expected, credentials } of reported.cases) {
    if (!KINDS.includes(kind) || typeof input !== 'string') continue;
    it(`names the right jobs: ${id}, ${kind}`, () => {
      if (!Array.isArray(expected)) {
        OTHERS[id]?.(input);
        assert.ok(OTHERS[id] !== undefined);
        return;
      }
      const { mentions, candidates } = jobsIn(input);
      const ids = expected.map((place) => place.split(' ').at(-1));
      assert.deepEqual(
        mentions.map(({ jobId }) => jobId),
        ids,
      );
      for (const { endpoint, projectId } of mentions) {
        assert.equal(endpoint ?? credentials?.endpoint, credentials?.endpoint);
        assert.equal(projectId ?? credentials?.projectId, credentials?.projectId);
      }
      assert.deepEqual(
        candidates.filter(({ isLikely }) => isLikely),
        [],
      );
    });
  }
});
