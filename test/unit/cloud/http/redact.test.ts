import assert from 'node:assert/strict';
import { redact } from '../../../../src/cloud/http/redact';

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
    ['HUAWEICLOUD_SDK_SK=HIDDEN', 'HUAWEICLOUD_SDK_SK=[redacted]'],
    ['HUAWEICLOUD_SDK_AK=AKIDHIDDEN HW_ACCESS_KEY=AKIDHIDDEN', 'HUAWEICLOUD_SDK_AK=AKID**** HW_ACCESS_KEY=AKID****'],
    ['HW_SECRET_KEY="HIDDEN HIDDEN"', 'HW_SECRET_KEY="[redacted]"'],
    ['export CLOUD_SDK_SK=HIDDEN', 'export CLOUD_SDK_SK=[redacted]'],
    ['{"token":"HIDDEN","id":1}', '{"token":"[redacted]","id":1}'],
    ['iam_token=HIDDENHIDDEN;', 'iam_token=[redacted];'],
    ['{&quot;password&quot;:&quot;HIDDEN HIDDEN&quot;}', '{&quot;password&quot;:&quot;[redacted]&quot;}'],
    [
      String.raw`{\u0022password\u0022:\u0022HIDDEN HIDDEN\u0022}`,
      String.raw`{\u0022password\u0022:\u0022[redacted]\u0022}`,
    ],
    ['password%3DHIDDEN', 'password%3D[redacted]'],
    [String.raw`password\u003dHIDDEN`, String.raw`password\u003d[redacted]`],
    ['password&equals;HIDDEN', 'password&equals;[redacted]'],
    [String.raw`\u0022token\u0022\u003a\u0022HIDDEN\u0022`, String.raw`\u0022token\u0022\u003a\u0022[redacted]\u0022`],
    ['passwd: HIDDEN', 'passwd: [redacted]'],
    ['client_secret=HIDDEN', 'client_secret=[redacted]'],
    ['Cookie: a=HIDDEN; b=HIDDEN\nHost: x', 'Cookie: [redacted]\nHost: x'],
    ['{"Set-Cookie":"session=HIDDEN; Path=/"}', '{"Set-Cookie":"[redacted]"}'],
    ['proxy said: Basic SElEREVOOkhJRERFTg==', 'proxy said: Basic [redacted]'],
    ['http://user:HIDDEN@proxy:3128/x', 'http://[redacted]@proxy:3128/x'],
    ['http://user:HID/DEN@proxy:3128/x', 'http://[redacted]@proxy:3128/x'],
    ['http://user:HID@DEN@proxy:3128/x', 'http://[redacted]@proxy:3128/x'],
    ['http%3A%2F%2Fuser%3AHIDDEN%40proxy', 'http%3A%2F%2F[redacted]%40proxy'],
    [String.raw`"http:\/\/user:HIDDEN@proxy"`, String.raw`"http:\/\/[redacted]@proxy"`],
    ['HTTPS_PROXY=user:HIDDEN@proxy', 'HTTPS_PROXY=[redacted]@proxy'],
    ['connect ECONNREFUSED user:HIDDEN@proxy:3128', 'connect ECONNREFUSED [redacted]@proxy:3128'],
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
      'Basic authentication is not supported; see http://10.0.0.1:8080/status, or mail ops@example.com',
      '{"token":{"expires_at":"2024-03-23T08:20:42Z"}}',
      'task: done, risk=3, encoded_authorization_message: abc',
    ]) {
      assert.equal(redact(text), text);
    }
  });

  it('is found quickly in a long text', () => {
    const parts = [
      'ak ',
      'password:"',
      'authorization: \\',
      'sk=\\\\',
      'canonical request ',
      'ak not exist ',
      'http://a:',
    ];
    for (const part of [
      ...parts,
      "password='x\\",
      '"token":',
      'a:b@',
      'HTTP_PROXY=',
      'x://u:p',
      'cookie:',
      'a.b',
      '%253a',
    ]) {
      const text = part.repeat(Math.ceil(256_000 / part.length));
      const { user } = process.cpuUsage();
      redact(text);
      assert.ok(process.cpuUsage().user - user < 1_000_000, part);
    }
  });
});
