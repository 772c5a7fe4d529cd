import assert from 'node:assert/strict';
import { wordsAround } from '../../../src/mentions/surroundings';

const ID = '5d2f1c80-6a0b-4f6e-9a51-3c7e90b1d2a4';

describe('the words around an id', () => {
  for (const secret of [
    'password: "hunter two, three; four"',
    "token = 'hunter two'",
    '{"secret_key": "hunter,two"',
    'X-Auth-Token: hunter',
    'Authorization: Bearer hunter',
    'hcloud --cli-secret-key hunter --region=x',
    'openstack --os-password "hunter" job',
    'sk=hunter',
    'password: "hunter two that is cut off',
  ]) {
    it(`have no secret: ${secret}`, () => {
      for (const text of [`${secret} ${ID}`, `${ID} ${secret}`]) {
        const start = text.indexOf(ID);
        const { before, after } = wordsAround(text, start, start + ID.length);
        assert.doesNotMatch(before + after, /hunter|two|three|four/);
      }
    });
  }

  it('keep what is no secret', () => {
    const text = `hcloud ELB ShowJob --project_id=p --job_id=${ID} --token-free --x y, "status": "RUNNING"`;
    const start = text.indexOf(ID);
    const { before, after } = wordsAround(text, start, start + ID.length);
    assert.equal(`${before}${ID}${after}`, text);
  });
});
