import { fuzzTests } from '../../support/fuzz/fuzz-tests';
import { answerFuzzer } from '../../support/fuzz/answers';

describe('answers of the service', () => {
  fuzzTests(answerFuzzer);
});
