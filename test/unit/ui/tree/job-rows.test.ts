import assert from 'node:assert/strict';
import { newlyTracked } from '../../../../src/jobs/model/tracked-job';
import { rowItem } from '../../../../src/ui/tree/job-rows';
import { jobAt, reference } from '../../../support/samples';

const NODE = { kind: 'job', id: 'job', key: 'job' } as const;

describe('the row of a job that begins like another', () => {
  const labelOf = (label: string, isAlike: boolean) => {
    const tracked = { ...newlyTracked(reference, 0), job: jobAt('RUNNING'), label };
    return rowItem(NODE, tracked, { now: 0, prediction: undefined, isAlike }).label;
  };

  it('keeps both ends of a name that a person gave it: the end often says which it is', () => {
    assert.equal(labelOf('CHG-4711 switch prod A', false), 'CHG-4711 switch prod A');
    assert.equal(labelOf('CHG-4711 switch prod A', true), 'CHG-4711…h prod A');
    assert.equal(labelOf('CHG-4711', true), 'CHG-4711');
  });

  it('cuts no character in two', () => {
    assert.equal(labelOf(`${'x'.repeat(7)}${'😀'.repeat(9)}y`, true), 'xxxxxxx…😀😀😀y');
  });
});
