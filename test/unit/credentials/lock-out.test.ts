import assert from 'node:assert/strict';
import path from 'node:path';
import type { PasswordSignIn } from '../../../src/cloud/api/iam-client';
import type { HttpRequest, HttpResponse } from '../../../src/cloud/http/transport';
import { failure } from '../../../src/cloud/http/error';
import { HOUR, MINUTE, SECOND } from '../../../src/base/time-units';
import { DAMAGED_FAILURES, STRANGE_FAILURE_TIMES } from '../../support/hostile/lock-out';
import { FOLDER, MemorySecrets, STORED, type Window, Windows } from '../../support/credentials/windows';
import { settle } from '../../support/fake-clock';
import { reference } from '../../support/samples';

const { endpoint, projectId } = reference;
const iamEndpoint = 'https://iam.cn-north-4.myhuaweicloud.com';
const ACCESS_KEY = 'AKIDPLANTED0000001';
const keyWith = (secretKey: string) => ({ accessKey: ACCESS_KEY, secretKey });
const WRONG = keyWith('sk-wrong');
const ENVIRONMENT = { kind: 'environment', family: 'huaweicloud-sdk' } as const;
const environmentWith = (secretKey: string) => ({ HUAWEICLOUD_SDK_AK: ACCESS_KEY, HUAWEICLOUD_SDK_SK: secretKey });
const projects = ['1', '2', '3', '4', '5'].map((digit) => digit.repeat(32));

const REFUSAL: HttpResponse = { status: 401, headers: {}, body: '{"error_code":"APIGW.0301","error_msg":"No."}' };
const JOB: HttpResponse = { status: 200, headers: {}, body: '{"job":{},"jobs":[]}' };

describe('an account is not locked out', () => {
  let windows: Windows;
  /** When each request was sent. */
  let sent: number[];
  let serve: (request: HttpRequest) => HttpResponse;

  beforeEach(() => {
    sent = [];
    serve = () => REFUSAL;
    windows = new Windows(async (request) => {
      sent.push(windows.clock.elapsed());
      await settle();
      return { ok: true, value: serve(request) };
    });
  });

  const during = <T>(action: Promise<T>) => windows.whileTimePasses(action);
  const poll = (window: Window, id = projectId) => during(window.poll({ ...reference, projectId: id }));
  const verify = async ({ signIn }: Window, key = WRONG) => (await during(signIn.verify(reference, key)))?.kind;

  async function inEnvironment(window: Window, secretKey: string): Promise<void> {
    windows.environment = environmentWith(secretKey);
    const credential = keyWith(secretKey);
    await during(window.credentials.profiles.add({ endpoint, projectId, source: ENVIRONMENT, credential }));
  }

  describe('by windows that share no secret storage:', () => {
    it('six windows, six restarts and four browsers with one wrong key make one request', async () => {
      await inEnvironment(await windows.open(), 'sk-wrong');
      for (let restarts = 0; restarts < 3; restarts += 1) {
        const opened: Window[] = [];
        for (let count = 0; count < 6; count += 1) {
          const secrets = new MemorySecrets();
          secrets.fails = count % 2 === 0;
          opened.push(await windows.open(undefined, undefined, secrets));
        }
        const kinds = await during(Promise.all(opened.map((window) => window.poll(reference))));
        assert.deepEqual(new Set(kinds), new Set(['authentication']));
      }
      assert.equal(sent.length, 1);
    });
  });

  describe('by several secrets of one access key:', () => {
    it('an environment whose secret changes makes three failures in ten minutes, then says until when nothing is sent', async () => {
      const window = await windows.open();
      await inEnvironment(window, 'sk-0');
      const kinds: string[] = [];
      for (let secret = 0; secret < 6; secret += 1) {
        windows.environment = environmentWith(`sk-${secret}`);
        kinds.push(await poll(window));
      }
      assert.deepEqual(kinds.slice(0, 4), ['authentication', 'authentication', 'authentication', 'too-many-failures']);
      assert.equal(sent.length, 3);
      const obstacle = await window.source.obstacleFor(reference);
      assert.ok(obstacle?.kind === 'too-many-failures');
      assert.ok(Math.abs(obstacle.until - windows.clock.now() - 10 * MINUTE) < MINUTE);
    });

    it('five profiles with five secrets in five windows at the same moment make three failures', async () => {
      const opened: Window[] = [];
      for (const [index, id] of projects.entries()) {
        opened.push(await windows.open());
        const credential = keyWith(`sk-${index}`);
        await opened[0]?.credentials.profiles.add({ endpoint, projectId: id, source: STORED, credential });
      }
      const kinds = await during(
        Promise.all(opened.map((window, index) => window.poll({ ...reference, projectId: projects[index] ?? '' }))),
      );
      assert.equal(sent.length, 3);
      assert.equal(kinds.filter((kind) => kind === 'too-many-failures').length, 2);
    });

    it('at several endpoints count together, since a lock is one of the key', async () => {
      const { signIn } = await windows.open();
      for (const [index, region] of ['cn-north-4', 'cn-north-1', 'cn-east-3', 'ap-southeast-1'].entries()) {
        const place = { endpoint: `https://elb.${region}.myhuaweicloud.com`, projectId };
        await during(signIn.verify(place, keyWith(`sk-${index}`)));
      }
      await during(signIn.projectsOf({ endpoint }, iamEndpoint, keyWith('sk-more')));
      assert.equal(sent.length, 3);
    });

    it('the failures of other keys and of tokens do not count', async () => {
      const window = await windows.open();
      for (let count = 0; count < 5; count += 1) {
        await verify(window, { accessKey: `AK${count}`, secretKey: 'sk' });
        await during(window.signIn.verify(reference, { token: `token-${count}` }));
      }
      assert.equal(sent.length, 10);
    });

    it('are polled again when the time has passed, without a person, and all windows hear of it', async () => {
      const [one, other] = [await windows.open(), await windows.open()];
      await inEnvironment(one, 'sk-right');
      for (const secret of ['sk-1', 'sk-2', 'sk-3']) await verify(one, keyWith(secret));
      serve = () => JOB;
      assert.equal(await poll(one), 'too-many-failures');
      assert.equal(await poll(other), 'too-many-failures');
      for (const { credentials } of [one, other]) {
        assert.equal(credentials.refusalFor([reference])?.error.kind, 'too-many-failures');
      }
      let changes = 0;
      other.credentials.onDidChange(() => (changes += 1));
      await windows.clock.advance(10 * MINUTE);
      assert.ok(changes > 0);
      for (const window of [one, other]) {
        assert.equal(window.credentials.refusalFor([reference]), undefined);
        assert.equal(await poll(window), 'ok');
      }
    });

    it('are sent once more after a person agreed, in all windows, and not again', async () => {
      const [one, other] = [await windows.open(), await windows.open()];
      await inEnvironment(one, 'sk-0');
      for (let secret = 0; secret < 4; secret += 1) {
        windows.environment = environmentWith(`sk-${secret}`);
        await poll(one);
      }
      assert.equal(await poll(other), 'too-many-failures');
      assert.equal(sent.length, 3);
      const [profile] = one.credentials.all();
      assert.ok(profile);
      for (let clicks = 0; clicks < 3; clicks += 1) await during(one.credentials.tryAgain(profile));
      await windows.clock.advance(5 * SECOND);
      assert.equal(other.credentials.refusalFor([reference]), undefined);
      assert.equal(await poll(other), 'authentication');
      windows.environment = environmentWith('sk-next');
      assert.equal(await poll(one), 'too-many-failures');
      assert.equal(sent.length, 4);
    });

    it('are used on if the service accepts them after a person agreed', async () => {
      const window = await windows.open();
      await inEnvironment(window, 'sk-right');
      for (const secret of ['sk-1', 'sk-2', 'sk-3']) await verify(window, keyWith(secret));
      serve = () => JOB;
      const [profile] = window.credentials.all();
      assert.ok(profile);
      await during(window.credentials.tryAgain(profile));
      assert.deepEqual([await poll(window), await poll(window), await poll(await windows.open())], ['ok', 'ok', 'ok']);
      assert.equal(await verify(window, keyWith('sk-4')), 'too-many-failures', 'the agreement was for the other key');
    });

    it('count although the clock is set back or ahead, and the computer sleeps or restarts', async () => {
      const window = await windows.open();
      await verify(window, keyWith('sk-1'));
      windows.clock.setBack(HOUR);
      await verify(window, keyWith('sk-2'));
      windows.clock.setBack(-2 * HOUR);
      await verify(window, keyWith('sk-3'));
      for (const setBack of [0, HOUR, -HOUR]) {
        windows.clock.setBack(setBack);
        assert.equal(await verify(await windows.open(), keyWith('sk-4')), 'too-many-failures');
      }
      await windows.clock.advance(11 * MINUTE);
      assert.equal(await verify(window, keyWith('sk-4')), 'authentication');
    });

    it('count in each window if the disk fails', async () => {
      const window = await windows.open();
      windows.isBroken = true;
      for (let secret = 0; secret < 6; secret += 1) await verify(window, keyWith(`sk-${secret}`));
      assert.equal(sent.length, 3);
    });

    it('leave one small file, and none after ten minutes', async () => {
      const window = await windows.open();
      for (let secret = 0; secret < 6; secret += 1) await verify(window, keyWith(`sk-${secret}`));
      const files = () =>
        [...windows.files.files].filter(([name]) => path.dirname(name) === path.posix.join(FOLDER, 'trials'));
      assert.equal(files().length, 1);
      assert.ok((files()[0]?.[1].length ?? 0) < 1000);
      await windows.clock.advance(11 * MINUTE);
      serve = () => JOB;
      await verify(await windows.open(), { accessKey: 'OTHER', secretKey: 'sk' });
      assert.deepEqual(files(), []);
    });

    for (const { name, text } of DAMAGED_FAILURES.inputs) {
      it(`if their file is ${name}, nothing is sent for ten minutes, and for no longer`, async () => {
        const window = await windows.open();
        await verify(window, keyWith('sk-1'));
        const file = [...windows.files.files.keys()].find(
          (each) => path.dirname(each) === path.posix.join(FOLDER, 'trials'),
        );
        assert.ok(file !== undefined);
        await windows.files.replace(file, text);
        const other = await windows.open();
        assert.equal(await verify(other, keyWith('sk-2')), 'too-many-failures');
        await windows.clock.advance(5 * MINUTE);
        assert.equal(await verify(other, keyWith('sk-2')), 'too-many-failures');
        await windows.clock.advance(6 * MINUTE);
        assert.equal(await verify(other, keyWith('sk-2')), 'authentication');
      });
    }

    for (const { name, text } of STRANGE_FAILURE_TIMES.inputs) {
      it(`whose times are ${name} stop nothing`, async () => {
        const window = await windows.open();
        await verify(window, keyWith('sk-1'));
        const file = [...windows.files.files.keys()].find(
          (each) => path.dirname(each) === path.posix.join(FOLDER, 'trials'),
        );
        assert.ok(file !== undefined);
        await windows.files.replace(file, text);
        await windows.clock.advance(11 * MINUTE);
        assert.equal(await verify(await windows.open(), keyWith('sk-2')), 'authentication');
      });
    }
  });

  it('by a key that is deleted while six windows poll six projects with it: three requests fail at most', async () => {
    serve = () => JOB;
    const six = [...projects, projectId];
    const opened: Window[] = [];
    for (const id of six) {
      const window = await windows.open();
      opened.push(window);
      await during(window.credentials.profiles.add({ endpoint, projectId: id, source: STORED, credential: WRONG }));
      assert.equal(await poll(window, id), 'ok');
    }
    serve = () => REFUSAL;
    const before = sent.length;
    await during(
      Promise.all(opened.map((window, index) => window.poll({ ...reference, projectId: six[index] ?? '' }))),
    );
    assert.ok(sent.length - before <= 3, `${sent.length - before} requests`);
  });

  it('by a window that is closed while its polls wait for each other: those that were not sent do not count', async () => {
    let received = 0;
    const window = await windows.open(({ signal }) => {
      received += 1;
      return Promise.resolve(signal.aborted ? failure('cancelled') : { ok: true, value: JOB });
    });
    for (const id of projects) {
      await during(window.credentials.profiles.add({ endpoint, projectId: id, source: STORED, credential: WRONG }));
    }
    const closing = new AbortController();
    const polls = projects.map((id) => window.source.showJob({ ...reference, projectId: id }, closing.signal));
    closing.abort();
    await during(Promise.all(polls));
    assert.equal(received, 0);
    serve = () => JOB;
    assert.equal(await poll(await windows.open(), projects[0]), 'ok');
  });

  describe('by a person who is impatient:', () => {
    it('eight tests at the same time are one request, and five more are none', async () => {
      const window = await windows.open();
      const { signIn } = window;
      const errors = await during(Promise.all(Array.from({ length: 8 }, () => signIn.verify(reference, WRONG))));
      assert.deepEqual(new Set(errors.map((error) => error?.kind)), new Set(['authentication']));
      for (let count = 0; count < 5; count += 1) assert.equal(await verify(window), 'authentication');
      assert.equal(sent.length, 1);
      assert.equal((await signIn.obstacleTo(WRONG))?.kind, 'refused');
    });

    it('tests in several windows, of several projects, and a search for projects are one request', async () => {
      const opened = [await windows.open(), await windows.open(), await windows.open()];
      const all = opened.flatMap(({ signIn }) => [
        ...projects.map((id) => signIn.verify({ endpoint, projectId: id }, WRONG)),
        signIn.projectsOf({ endpoint }, iamEndpoint, WRONG),
      ]);
      await during(Promise.all<unknown>(all));
      assert.equal(sent.length, 1);
    });

    it('tests that succeed at the same time are one request, too', async () => {
      serve = () => JOB;
      const { signIn } = await windows.open();
      const errors = await during(Promise.all(Array.from({ length: 8 }, () => signIn.verify(reference, WRONG))));
      assert.deepEqual([new Set(errors).size, errors[0], sent.length], [1, undefined, 1]);
    });

    it('a key that was refused in a draft is refused for the polling of all windows, and the reverse', async () => {
      const [one, other] = [await windows.open(), await windows.open()];
      await verify(one);
      await during(other.credentials.profiles.add({ endpoint, projectId, source: STORED, credential: WRONG }));
      assert.equal(await poll(other), 'authentication');
      assert.equal(sent.length, 1);
      const second = { accessKey: 'AKIDPLANTED0000002', secretKey: 'sk' };
      await during(other.credentials.profiles.add({ endpoint, projectId, source: STORED, credential: second }));
      await poll(other);
      assert.equal(await verify(one, second), 'authentication');
      assert.equal(sent.length, 2);
    });

    it('a refused key is sent once more after the person agreed', async () => {
      const window = await windows.open();
      await verify(window);
      await during(window.signIn.agree(WRONG));
      assert.equal(await window.signIn.obstacleTo(WRONG), undefined);
      for (let count = 0; count < 3; count += 1) await verify(window);
      assert.equal(sent.length, 2);
    });

    it('a refused token is sent once', async () => {
      const { signIn } = await windows.open();
      const shown = () => during(signIn.showToken(iamEndpoint, 'token-planted'));
      await Promise.all([shown(), shown(), shown()]);
      await shown();
      await during(signIn.verify(reference, { token: 'token-planted' }));
      assert.equal(sent.length, 1);
    });

    it('a correction of the clock counts as a failure if the key is wrong, and does not if it is right', async () => {
      serve = () => ({ ...REFUSAL, headers: { date: new Date(windows.clock.now() + HOUR).toUTCString() } });
      const window = await windows.open();
      await verify(window, keyWith('sk-1'));
      assert.equal(sent.length, 2);
      await verify(window, keyWith('sk-2'));
      await verify(window, keyWith('sk-3'));
      assert.equal(sent.length, 3);
      await windows.clock.advance(11 * MINUTE);
      for (let count = 0; count < 5; count += 1) {
        const before: number = sent.length;
        serve = (request) =>
          sent.length === before + 1 ? { ...REFUSAL, headers: { date: dateHeader() } } : okTo(request);
        assert.equal(await verify(await windows.open(), keyWith('sk-right')), undefined);
      }
    });
  });

  it('by a computer that sleeps between signing and sending: each poll is signed again, and leaves no failure', async () => {
    let sleptMs = 0;
    windows.now = () => windows.clock.now() + sleptMs;
    serve = (request) => {
      // Every second request is on its way for 16 minutes.
      if (sent.length % 2 === 0) return JOB;
      sleptMs += 16 * MINUTE;
      assert.ok(request.headers['X-Sdk-Date'] !== undefined);
      return { ...REFUSAL, headers: { date: new Date(windows.now()).toUTCString() } };
    };
    const window = await windows.open();
    await during(window.credentials.profiles.add({ endpoint, projectId, source: STORED, credential: keyWith('sk') }));
    for (let polls = 0; polls < 6; polls += 1) assert.equal(await poll(window), 'ok');
    assert.equal(sent.length, 12);
  });

  describe('by passwords:', () => {
    const signInWith = (password: string, changes: Partial<PasswordSignIn> = {}): PasswordSignIn => ({
      ...{ iamEndpoint, domain: 'account', user: 'user', password, project: { id: projectId } },
      ...changes,
    });
    const tokenBy = async ({ signIn }: Window, given: PasswordSignIn) => {
      const result = await during(signIn.tokenBy(given));
      return result.ok ? 'ok' : result.error.kind;
    };

    it('Enter pressed eight times is one request, and the same password is not sent again', async () => {
      const window = await windows.open();
      const given = signInWith('pw-planted');
      await during(Promise.all(Array.from({ length: 8 }, () => window.signIn.tokenBy(given))));
      assert.equal(await tokenBy(window, given), 'authentication');
      assert.equal(sent.length, 1);
      assert.equal((await window.signIn.obstacleToPassword(given))?.kind, 'refused');
      await during(window.signIn.agreeToPassword(given));
      assert.equal(await tokenBy(window, given), 'authentication');
      assert.equal(sent.length, 2);
    });

    it('three wrong passwords of a user stop the next ones, in all windows, but those of no other user', async () => {
      const [one, other] = [await windows.open(), await windows.open()];
      for (const password of ['a', 'b', 'c']) await tokenBy(one, signInWith(password));
      for (const window of [one, other]) assert.equal(await tokenBy(window, signInWith('d')), 'too-many-failures');
      assert.equal((await other.signIn.obstacleToPassword(signInWith('d')))?.kind, 'too-many-failures');
      assert.equal(sent.length, 3);
      assert.equal(await tokenBy(other, signInWith('d', { user: 'other' })), 'authentication');
      await during(other.signIn.agreeToPassword(signInWith('d')));
      assert.equal(await tokenBy(other, signInWith('d')), 'authentication');
      assert.equal(await tokenBy(one, signInWith('e')), 'too-many-failures');
      assert.equal(sent.length, 5);
    });

    it('nothing that depends on the password is written', async () => {
      const writtenWith = async (password: string) => {
        windows.files.files.forEach((_, name) => void windows.files.remove(name));
        await windows.files.replace(path.posix.join(FOLDER, 'salt'), `${'ab'.repeat(32)}\n`);
        await tokenBy(await windows.open(), signInWith(password));
        return [...windows.files.files].map(([name, text]) => `${name} ${text.replace(/"trial":"[^"]*"|\d+/g, '')}`);
      };
      assert.deepEqual(await writtenWith('pw-planted-1'), await writtenWith('pw-planted-2'));
      assert.ok(!windows.written().includes('pw-planted'));
    });
  });

  const dateHeader = () => new Date(windows.clock.now() + HOUR).toUTCString();
  const okTo = (request: HttpRequest): HttpResponse => {
    assert.ok(request.headers['X-Sdk-Date'] !== undefined);
    return JOB;
  };
});
