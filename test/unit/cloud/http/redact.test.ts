import assert from 'node:assert/strict';
import { redact, redactError, type Secrets } from '../../../../src/cloud/http/redact';

const HMAC = 'SDK-HMAC-SHA256 Access=AKIDHIDDEN, SignedHeaders=host;x-sdk-date, Signature=HIDDEN';

describe('a text that looks like a secret', () => {
  for (const [text, expected] of [
    ['sk=HIDDEN', 'sk=[redacted]'],
    ['SK: HIDDEN', 'SK: [redacted]'],
    ['{"sk":"HIDDEN"}', '{"sk":"[redacted]"}'],
    ['secret_key=HIDDEN secretAccessKey: HIDDEN', 'secret_key=[redacted] secretAccessKey: [redacted]'],
    ['x-security-token:HIDDEN|host:y', 'x-security-token:[redacted]|host:y'],
    ['X-Auth-Token: Bearer HIDDEN', 'X-Auth-Token: [redacted]'],
    [String.raw`{\"X-Auth-Token\":\"HIDDEN\"}`, String.raw`{\"X-Auth-Token\":\"[redacted]\"}`],
    [String.raw`{\\\"securityToken\\\":\\\"HIDDEN\\\"}`, String.raw`{\\\"securityToken\\\":\\\"[redacted]\\\"}`],
    ['"password":"HIDDEN,HIDDEN HIDDEN"', '"password":"[redacted]"'],
    [String.raw`{"password":"HIDDEN\"HIDDEN","user":"u"}`, '{"password":"[redacted]","user":"u"}'],
    ["password='HIDDEN;HIDDEN' user=u", "password='[redacted]' user=u"],
    ['"password":"HIDDEN that is cut', '"password":"[redacted]"'],
    ['Authorization: Basic HIDDEN', 'Authorization: [redacted]'],
    ['Proxy-Authorization: Digest a="HIDDEN", b="HIDDEN"\r\nHost: x', 'Proxy-Authorization: [redacted]\r\nHost: x'],
    [`{"Authorization":"${HMAC}","Host":"x"}`, '{"Authorization":"Access=AKID**** [redacted]","Host":"x"}'],
    [`Authorization: ${HMAC}\nHost: x`, 'Authorization: Access=AKID**** [redacted]\nHost: x'],
    [HMAC, 'SDK-HMAC-SHA256 Access=AKID****, SignedHeaders=host;x-sdk-date, Signature=[redacted]'],
    ['access_key=AKIDHIDDEN', 'access_key=AKID****'],
    ['accessKeyId: AKIDHIDDEN', 'accessKeyId: AKID****'],
    ['{"ak":"AKIDHIDDEN"}', '{"ak":"AKID****"}'],
    ['verify fail, canonicalRequest:GET|/|x:HIDDEN\nHIDDEN', 'verify fail, canonicalRequest:[redacted]'],
  ] as const) {
    it(`is removed, and the text around it stays: ${JSON.stringify(text)}`, () => {
      assert.equal(redact(text), expected);
    });
  }

  it('stays if it only has a secret’s name', () => {
    for (const text of [
      'AK access failed to reach the limit,forbidden',
      'The username or password is wrong.',
      'Authorization failed for job x',
      'token expires, expires_at: 2024-03-23T08:20:42Z',
      'calc aksk signature fail:signature expired, signature time:20211217T064303Z,server time:20211217T065804Z',
      'task: done, risk=3, encoded_authorization_message: abc',
    ]) {
      assert.equal(redact(text), text);
    }
  });

  it('is found quickly in a long text', () => {
    for (const part of ['ak ', 'password:"', 'authorization: \\', 'sk=\\\\', 'canonical request ', 'ak not exist ']) {
      const start = performance.now();
      redact(part.repeat(20_000));
      assert.ok(performance.now() - start < 1000, part);
    }
  });
});

describe('a known secret', () => {
  const secret = 'p"a\\s!s/w+o=r%d\'';
  const messageOf = (message: string, secrets: Secrets) => redactError({ kind: 'server', message }, secrets).message;

  for (const [how, written] of [
    ['as it is', secret],
    ['escaped for JSON', JSON.stringify(secret).slice(1, -1)],
    ['percent-encoded', encodeURIComponent(secret)],
    ['percent-encoded with lower-case digits', encodeURIComponent(secret).replace(/%../g, (hex) => hex.toLowerCase())],
    ['percent-encoded as the signer does it', 'p%22a%5Cs%21s%2Fw%2Bo%3Dr%25d%27'],
    ['the same with lower-case digits', 'p%22a%5cs%21s%2fw%2bo%3dr%25d%27'],
  ] as const) {
    it(`is removed from any text, written ${how}`, () => {
      assert.equal(messageOf(`what ${written} is`, { hidden: [secret] }), 'what [redacted] is');
    });
  }

  it('is removed from each text of an error', () => {
    const error = redactError(
      { kind: 'server', code: secret, message: secret, requestId: secret },
      { hidden: [secret] },
    );
    assert.deepEqual([error.code, error.message, error.requestId], ['[redacted]', '[redacted]', '[redacted]']);
  });

  it('leaves only the start of an access key', () => {
    assert.equal(messageOf('who is AKIDHIDDEN?', { accessKey: 'AKIDHIDDEN', hidden: [] }), 'who is AKID****?');
  });

  it('is removed before a text is cut, which could leave half of it', () => {
    for (const before of [2030, 2040, 2047, 2048]) {
      const message = messageOf(`${' '.repeat(before)}${secret}`, { hidden: [secret] }) ?? '';
      assert.ok(message.length <= 2048);
      assert.ok(!message.includes(secret.slice(0, 1)));
    }
  });
});
