import { fuzzTests } from '../../support/fuzz/fuzz-tests';
import { stateFileFuzzer } from '../../support/fuzz/state-files';

describe('files in the global storage', () => {
  fuzzTests(stateFileFuzzer);
});
