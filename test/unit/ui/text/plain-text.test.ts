import assert from 'node:assert/strict';
import { plainText } from '../../../../src/ui/text/plain-text';

describe('plain text', () => {
  it('has no control characters', () => {
    assert.equal(plainText('a\u001b[31mred\r\nb\u202Ec\u0000d\u200b'), 'a [31mred b c d');
    assert.equal(plainText('负载均衡 😀'), '负载均衡 😀');
  });

  it('has no syntax that the editor shows as a link or an icon', () => {
    assert.equal(plainText('see [the fix](command:evil?x)'), 'see [the fix] (command:evil?x)');
    assert.equal(plainText('[a]\u200b(https://b) $(flame) $\u200b(x)'), '[a] (https://b) $ (flame) $ (x)');
  });

  it('is limited in length', () => {
    assert.equal(plainText('x'.repeat(10_000)).length, 501);
  });
});
