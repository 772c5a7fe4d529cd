import assert from 'node:assert/strict';
import { adviceOn } from '../../../../src/cloud/api/job-error-advice';

describe('the advice on a job’s error', () => {
  it('follows the documentation of its code', () => {
    for (const [code, advice] of [
      ['ELB.8905', 'quota-exceeded'],
      ['ELB.9807', 'quota-exceeded'],
      ['ELB.8907', 'conflict'],
      ['ELB.8904', 'resource-not-found'],
      ['ELB.9800', 'other-enterprise-project'],
      ['ELB.8934', 'subnet-has-no-address'],
      ['ELB.8950', 'no-capacity'],
      ['ELB.9802', 'not-permitted'],
      ['ELB.8962', 'not-supported'],
      ['ELB.5013', 'invalid-certificate'],
      ['ELB.8902', 'invalid-parameter'],
      ['ELB.8906', 'internal'],
      ['ELB.9001', 'internal'],
    ] as const) {
      assert.equal(adviceOn(code), advice, code);
    }
  });

  it('does not depend on the case of the code or blanks around it', () => {
    assert.equal(adviceOn(' elb.8905\n'), 'quota-exceeded');
  });

  it('is missing for a code that is not documented', () => {
    for (const code of [
      undefined,
      '',
      'ELB.',
      'ELB.0000',
      'ELB.89050',
      '8905',
      'VPC.8905',
      'APIGW.0301',
      'constructor',
    ]) {
      assert.equal(adviceOn(code), undefined, code);
    }
  });
});
