import fc from 'fast-check';
import { clientProperties } from '../../../support/cloud/client-properties';

describe('for any input', () => {
  for (const { name, property } of clientProperties) {
    it(name, async () => {
      await fc.assert(property, { numRuns: 10_000 });
    }).timeout(240_000);
  }
});
