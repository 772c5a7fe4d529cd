import { fuzzTests } from '../../support/fuzz/fuzz-tests';
import { labelledTextFuzzer } from '../../support/fuzz/labelled-texts';

describe('texts with labelled ids', () => {
  fuzzTests(labelledTextFuzzer);
});
