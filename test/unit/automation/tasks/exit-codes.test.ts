import assert from 'node:assert/strict';
import { exitCodeOf, exitCodeOfError } from '../../../../src/automation/tasks/exit-codes';

describe('the exit codes of tasks', () => {
  it('are those that scripts depend on', () => {
    const outcomes = [
      'succeeded',
      'timed-out',
      'unreachable',
      'failed',
      'cancelled',
      'refused',
      'not-found',
      'removed',
      'waiting',
    ] as const;
    assert.deepEqual(outcomes.map(exitCodeOf), [0, 1, 1, 2, 3, 4, 5, 6, 8]);
    const errors = [
      'invalid-argument',
      'no-job',
      'not-tracked',
      'no-credentials',
      'unknown-credentials',
      'ambiguous-credentials',
    ] as const;
    assert.deepEqual(errors.map(exitCodeOfError), [64, 5, 5, 4, 4, 4]);
  });
});
