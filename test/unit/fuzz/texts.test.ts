import { fuzzTests } from '../../support/fuzz/fuzz-tests';
import { textFuzzer } from '../../support/fuzz/texts';

describe('texts that people paste', () => {
  fuzzTests(textFuzzer);
});
