import assert from 'node:assert/strict';
import { redactError, redactResponse, type Secrets } from '../../../../src/cloud/http/known-secrets';
import { cleanBodies, falselyRedacted, missedSecrets, SECRET_TEXTS } from '../../../support/hostile/secret-texts';

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

describe('a secret that the service repeats', () => {
  const secretKey = 'wJalrXUtnFEMI/K7MDENGbPxRfiCYEXAMPLEKEY';
  const bodyAfter = async (body: string, secrets: Secrets = { hidden: [secretKey] }) =>
    (await redactResponse({ status: 200, headers: {}, body }, secrets)).body;

  it('is removed in each encoding, whole and cut, from errors and from jobs', async () => {
    assert.ok(SECRET_TEXTS.inputs.length > 1000);
    assert.deepEqual(await missedSecrets(), []);
  });

  it('changes nothing in a text that has none', async () => {
    assert.deepEqual(await falselyRedacted(cleanBodies()), []);
  });

  it('leaves JSON, also if an escape comes before it or is a part of it', async () => {
    for (const written of [
      `\\n${secretKey}`,
      `\\\\${secretKey}\\\\`,
      `\\"${secretKey}\\"`,
      secretKey.replaceAll('/', '\\u002f'),
      secretKey.replaceAll('/', '\\\\u002f'),
      `\\u00e9${secretKey}\\ud83d\\ude00`,
    ]) {
      const parsed = JSON.parse(await bodyAfter(`{"job":{"id":"${written}"},"next":1}`)) as { job: { id: string } };
      assert.match(parsed.job.id, /^.{0,2}\[redacted\].{0,3}$/s);
    }
    // A secret that begins like an escape.
    const secrets = { hidden: ['u0041nbcdefghijklm', 'nbcdefghijklmnop'] };
    for (const written of ['\\nbcdefghijklmnop', '\\u0041nbcdefghijklm', '\\\\u0041nbcdefghijklm']) {
      JSON.parse(await bodyAfter(`{"id":"${written}"}`, secrets));
    }
    // A secret that ends like the beginning of an escape, in short and in long texts.
    for (const rest of ['', ' '.repeat(300_000)]) {
      const body = `{"id":"abcdefghijkl\\\\","name":"abcdefghijkl\\" ends"}${rest}`;
      JSON.parse(await bodyAfter(body, { hidden: ['abcdefghijkl\\'] }));
    }
  });

  it('leaves JSON if it is written in numbers', async () => {
    const digits = '138001380001';
    const bytes = JSON.stringify(Buffer.from(secretKey));
    for (const body of [`{"id":${digits}}`, `[-7${digits}.5e3, ${digits}]`, bytes, `{"text":"id:${digits}"}`]) {
      const after = await bodyAfter(body, { hidden: [digits, secretKey] });
      JSON.parse(after);
      assert.ok(!after.includes(digits) && !after.includes('82,102,105,67,89'), after);
    }
  });

  it('is removed wherever it is in a long text, also if millions of characters before it are escaped', async () => {
    const partLength = 64 * 1024;
    const written = secretKey.replaceAll('/', '\\u002f');
    for (const offset of [-written.length, -20, -8, 0, 4 * 1024 - 20, 4 * 1024]) {
      const body = `${'x'.repeat(2 * partLength + offset)}${written}${'y'.repeat(partLength)}`;
      assert.equal(await bodyAfter(body), body.replace(written, '[redacted]'));
    }
    assert.equal(await bodyAfter(`${'%41'.repeat(800_000)}${written}`), `${'%41'.repeat(800_000)}[redacted]`);
  });

  it('lets other work have its turn while a long text is searched', async () => {
    let turns = 0;
    const timer = setInterval(() => (turns += 1), 0);
    await bodyAfter('&amp;%25\\\\=3d'.repeat(80_000));
    clearInterval(timer);
    assert.ok(turns >= 5);
  });

  it('is removed from the headers, but for its first four characters if it is an access key', async () => {
    const secrets = { accessKey: 'HPUAKQ3X7TM1ZC9VBNWL', hidden: [] };
    const headers = { 'x-request-id': 'of HPUAKQ3X7TM1ZC9VBNWL', date: 'Sat, 23 Mar 2024 08:20:42 GMT' };
    const after = await redactResponse({ status: 200, headers, body: 'Q3X7TM1ZC9VBNWL' }, secrets);
    assert.deepEqual(after.headers, { ...headers, 'x-request-id': 'of HPUA****' });
    assert.equal(after.body, '****');
  });

  it('does not change words, dates and ids if it is short', async () => {
    const body = '{"expires_at":"2024-03-23T08:20:42Z","name":"admin","id":20240323}';
    assert.equal(await bodyAfter(body, { hidden: ['admin', '20240323', '2024'] }), body);
  });

  it('is removed from an error if it is a short password of any characters', () => {
    for (const password of ['a"b\\c\'d&', '密码密码密码密码', ' p w d 1 ', '++==--::', '\\\\\\\\', '%41%42&lt;', 'x']) {
      for (const written of [password, encodeURIComponent(password), JSON.stringify(password).slice(1, -1)]) {
        const { message = '' } = redactError({ kind: 'server', message: `(${written})` }, { hidden: [password] });
        assert.ok(!message.includes(written), message);
      }
    }
  });

  it('is found in time that grows with the text alone', async () => {
    const token = Array.from({ length: 300 }, (_, index) => `MII${String(index * 7919)}+/`).join('');
    const secrets = { accessKey: 'HPUAKQ3X7TM1ZC9VBNWL', hidden: [secretKey, token] };
    const near = [secretKey.slice(0, 11), `${secretKey.slice(0, 6)}${'\\'.repeat(60)}`, token.slice(0, 11), secretKey];
    const escapes = [
      '%25',
      '%2525',
      '\\',
      '\\\\n',
      '&#',
      '&amp;',
      '====',
      '=3d',
      '\\u0061',
      '&amp;%25\\\\=3d',
      'a',
      ' ',
    ];
    for (const part of [...near, ...escapes]) {
      const body = part.repeat(Math.ceil(1_000_000 / part.length));
      const { user } = process.cpuUsage();
      await bodyAfter(body, secrets);
      assert.ok(process.cpuUsage().user - user < 2_000_000, part);
    }
  });
});
