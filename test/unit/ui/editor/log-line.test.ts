import assert from 'node:assert/strict';
import { MAX_LOG_LINE_LENGTH } from '../../../../src/base/limits';
import { logLine } from '../../../../src/ui/editor/log-line';
import { HIDDEN_CHARACTERS } from '../../../support/hostile/hidden-characters';

describe('a line of the log', () => {
  for (const [name, hidden] of HIDDEN_CHARACTERS.inputs) {
    it(`has no ${name}`, () => {
      assert.match(logLine(`Job a${hidden}b: failed`), /^Job a ?b: failed$/);
    });
  }

  it('has no secret, also if the text has several lines', () => {
    const line = logLine(
      'env:\nHUAWEICLOUD_SDK_SK=HIDDEN\nhttps_proxy=http://u:HIDDEN@p:1\nAuthorization: HIDDEN\nend',
    );
    assert.equal(
      line,
      'env: HUAWEICLOUD_SDK_SK=[redacted] https_proxy=http://[redacted]@p:1 Authorization: [redacted] end',
    );
  });

  it('is cut if it is long, and says so', () => {
    const line = logLine('x'.repeat(1_000_000));
    assert.equal(line.length, MAX_LOG_LINE_LENGTH);
    assert.ok(line.endsWith('… [cut]'));
  });
});
