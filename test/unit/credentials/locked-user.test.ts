import assert from 'node:assert/strict';
import path from 'node:path';
import type { PasswordSignIn } from '../../../src/cloud/api/iam-client';
import type { HttpResponse } from '../../../src/cloud/http/transport';
import { DAY, HOUR, MINUTE } from '../../../src/base/time-units';
import { FOLDER, type Window, Windows } from '../../support/credentials/windows';
import { settle } from '../../support/fake-clock';

const says = (message: string): HttpResponse => ({
  status: 401,
  headers: {},
  body: JSON.stringify({ error: { code: 401, message, title: 'Unauthorized' } }),
});
const LOCKED = says('The account is locked.');
const TOKEN: HttpResponse = {
  status: 201,
  headers: { 'x-subject-token': 'sample-token' },
  body: JSON.stringify({ token: { expires_at: '2030-01-01T00:00:00.000000Z' } }),
};
const PASSWORD: PasswordSignIn = {
  iamEndpoint: 'https://iam.cn-north-4.myhuaweicloud.com',
  domain: 'account',
  user: 'user',
  password: 'planted-password',
  project: { id: '1'.repeat(32) },
};
const mfa = (passcode: string) => ({ userId: '7116d09f88fa41908676fdd4b039e95b', passcode });

describe('a user whom IAM locked', () => {
  let windows: Windows;
  let sent: number;
  let answer: HttpResponse;

  beforeEach(() => {
    sent = 0;
    answer = LOCKED;
    windows = new Windows(async () => {
      sent += 1;
      await settle();
      return { ok: true, value: answer };
    });
  });

  const during = <T>(action: Promise<T>) => windows.whileTimePasses(action);
  const tokenBy = async ({ signIn }: Window, changes: Partial<PasswordSignIn> = {}) => {
    const result = await during(signIn.tokenBy({ ...PASSWORD, ...changes }));
    return result.ok ? 'ok' : result.error.kind;
  };

  it('is not tried again for 15 minutes: with no password, in no window, and not after a restart', async () => {
    const [one, other] = [await windows.open(), await windows.open()];
    assert.equal(await tokenBy(one), 'locked-out');
    for (const window of [one, other, await windows.open()]) {
      assert.equal(await tokenBy(window), 'too-many-failures');
      assert.equal(await tokenBy(window, { password: 'another' }), 'too-many-failures');
      assert.equal(await tokenBy(window, { mfa: mfa('123456') }), 'too-many-failures');
      const obstacle = await window.signIn.obstacleToPassword(PASSWORD);
      assert.ok(obstacle?.kind === 'too-many-failures' && obstacle.isLocked === true);
      assert.ok(Math.abs(obstacle.until - windows.clock.now() - 15 * MINUTE) < MINUTE);
    }
    await windows.clock.advance(14 * MINUTE);
    assert.equal(await tokenBy(await windows.open()), 'too-many-failures');
    assert.equal(sent, 1);
    await windows.clock.advance(MINUTE);
    answer = TOKEN;
    assert.equal(await one.signIn.obstacleToPassword(PASSWORD), undefined, 'the password may be right: no question');
    assert.equal(await tokenBy(other), 'ok');
    assert.equal(sent, 2);
  });

  it('is not tried even if a person agrees', async () => {
    const window = await windows.open();
    await tokenBy(window);
    for (let count = 0; count < 3; count += 1) {
      await during(window.signIn.agreeToPassword(PASSWORD));
      assert.equal(await tokenBy(window), 'too-many-failures');
    }
    assert.equal(sent, 1);
  });

  it('is not tried at another region’s IAM, which knows the same users, but at another cloud’s', async () => {
    const window = await windows.open();
    await tokenBy(window);
    for (const iamEndpoint of ['https://iam.cn-east-3.myhuaweicloud.com', 'https://iam.myhuaweicloud.com']) {
      assert.equal(await tokenBy(window, { iamEndpoint }), 'too-many-failures');
    }
    assert.equal(sent, 1);
    for (const changes of [
      { iamEndpoint: 'https://iam.eu-de.otc.t-systems.com' },
      { iamEndpoint: 'https://iam.eu-west-101.myhuaweicloud.eu' },
      { user: 'other' },
      { domain: 'other' },
    ]) {
      assert.equal(await tokenBy(window, changes), 'locked-out');
    }
  });

  it('stays locked although the clock is set, and is locked anew if IAM says so again', async () => {
    const window = await windows.open();
    await tokenBy(window);
    for (const setBack of [HOUR, -2 * HOUR, DAY]) {
      windows.clock.setBack(setBack);
      assert.equal(await tokenBy(await windows.open()), 'too-many-failures');
    }
    await windows.clock.advance(16 * MINUTE);
    assert.equal(await tokenBy(window), 'locked-out');
    await windows.clock.advance(14 * MINUTE);
    assert.equal(await tokenBy(window), 'too-many-failures');
    assert.equal(sent, 2);
  });

  it('stays locked for a window whose disk fails', async () => {
    const window = await windows.open();
    windows.isBroken = true;
    await tokenBy(window);
    assert.equal(await tokenBy(window), 'too-many-failures');
    assert.equal(sent, 1);
  });

  it('is saved so that a version that does not know locks sends nothing for ten minutes either', async () => {
    await tokenBy(await windows.open());
    const [file, ...others] = [...windows.files.files].filter(([name]) => path.dirname(name) === `${FOLDER}/trials`);
    assert.ok(file !== undefined && others.length === 0);
    const saved = JSON.parse(file[1]) as { attempts: readonly { trial: string; at: number }[] };
    assert.equal(saved.attempts.length, 3, 'three failures, as before');
    assert.ok(!windows.written().includes('planted'));
  });

  describe('or refused for another reason', () => {
    for (const message of [
      'The username or password is wrong.',
      'The user account is disabled: 0a1b',
      'The password is expired.',
      'The IP address is not allowed.',
      'MFA is required.',
      'Something new.',
    ]) {
      it(`counts as a failed sign-in, and three stop the next: ${message}`, async () => {
        answer = says(message);
        const window = await windows.open();
        for (const password of ['a', 'b', 'c']) assert.equal(await tokenBy(window, { password }), 'authentication');
        assert.equal(await tokenBy(window, { password: 'd' }), 'too-many-failures');
        assert.equal(sent, 3);
        const obstacle = await window.signIn.obstacleToPassword({ ...PASSWORD, password: 'd' });
        assert.ok(obstacle?.kind === 'too-many-failures' && obstacle.isLocked === undefined);
        await during(window.signIn.agreeToPassword({ ...PASSWORD, password: 'd' }));
        assert.equal(await tokenBy(window, { password: 'd' }), 'authentication', 'a person may agree');
      });
    }

    it('can use a passcode with the password that was refused without one, and no passcode twice', async () => {
      answer = says('MFA is required.');
      const window = await windows.open();
      assert.equal(await tokenBy(window), 'authentication');
      assert.equal((await window.signIn.obstacleToPassword(PASSWORD))?.kind, 'refused');
      assert.equal(await window.signIn.obstacleToPassword({ ...PASSWORD, mfa: mfa('123456') }), undefined);
      assert.equal(await tokenBy(window, { mfa: mfa('123456') }), 'authentication');
      assert.equal(await tokenBy(window, { mfa: mfa('123456') }), 'authentication');
      assert.equal(sent, 2);
      answer = TOKEN;
      assert.equal(await tokenBy(window, { mfa: mfa('654321') }), 'ok');
      assert.ok(!/123456|654321|planted/.test(windows.written()));
    });
  });
});
