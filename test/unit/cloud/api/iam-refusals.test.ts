import assert from 'node:assert/strict';
import { refusalOfPassword } from '../../../../src/cloud/api/iam-refusals';
import { CloudApi } from '../../../../src/cloud/http/cloud-api';
import { IamClient } from '../../../../src/cloud/api/iam-client';
import type { ElbError, RefusalReason } from '../../../../src/cloud/http/error';
import { errorSentence } from '../../../../src/ui/text/error-words';
import { actionErrorSentence } from '../../../../src/ui/text/action-error-words';
import reported from '../../../fixtures/reported-cases.json';
import { respondInTurn } from '../../../support/cloud/fake-transport';

async function refusalBy(status: number, body: unknown): Promise<ElbError> {
  const { transport } = respondInTurn({ status, body: JSON.stringify(body) });
  const iam = new IamClient(new CloudApi(transport, () => 0));
  const signIn = { iamEndpoint: 'https://iam.example.com', domain: 'd', user: 'u', password: 'planted-pw' };
  const result = await iam.createToken({ ...signIn, project: { id: 'p' } }, new AbortController().signal);
  assert.ok(!result.ok);
  return result.error;
}

const says = (message: string, code: number | string = 401) => ({ error: { code, message, title: 'Unauthorized' } });

/** By id: the reason, and what the words for a person contain. */
const REPORTED: Readonly<Record<string, readonly [RefusalReason, ...(RegExp | string)[]]>> = {
  J1: ['user-locked', /locked/, /15 minutes/, 'The account is locked.'],
  J2: ['user-disabled', /disabled/, 'The user account is disabled: 0a1b'],
  J5: ['wrong-password', /user name or the password/, /MFA/, /login protection/, /passcode/, /IAM token/, /access key/],
};

const CASES: readonly (readonly [RefusalReason, ...string[]])[] = [
  [
    'user-locked',
    'The account is locked.',
    'The account is locked for user: 01b5b2fb7f1547f282dc1c62ff0087e1.',
    'The user has been locked. Try again in 15 minutes.',
    'Too many failed login attempts. Please try again later.',
    'Account locked due to wrong password attempts',
    'The account is locked. You may try again after the lock expires. Remaining lock time: 15 minutes.',
    'The number of login failures exceeds the upper limit.',
    'Maximum of 5 attempts exceeded',
    '当前用户已被锁定，请15分钟后重试',
    '账号已锁定，将于15分钟后解锁，剩余锁定时间14分钟',
    '账号已锁定。',
    '密码错误次数过多，请 15 分钟后再试',
    '用户名或密码错误次数超过上限，帐号被锁定',
    'ACCOUNT_LOCKED',
    'The user is in lock status',
    'The maximum number of failed login attempts has been reached.',
    'Login failed too many times. Please retry after 15 minutes.',
    'Too many authentication failures',
    'Sign-in is temporarily frozen for this user; wait 15 minutes',
    'Invalid username or password. Your account has been locked',
    'Your account has been locked after 5 failed attempts. If this was not you, contact us.',
    '连续输错密码次数过多，帐号被临时冻结',
    '连续5次密码错误后账号已被锁定15分钟',
  ],
  [
    'user-disabled',
    'The user account is disabled: 0a1b',
    'The account is disabled for user: 01b5b2fb7f1547f282dc1c62ff0087e1.',
    'User is disabled.',
    'The domain is frozen',
    'The IAM user does not have programmatic access.',
    '该用户已停用',
    '用户已被禁用，请联系管理员',
    '账号已冻结',
    'The user is forbidden from logging in',
    'The user status is disable',
  ],
  [
    'password-expired',
    'The password is expired and needs to be changed for user: 01b5b2fb7f1547f282dc1c62ff0087e1.',
    'Your password has expired.',
    'You must change your password before the first login.',
    'The user password has expired',
    '密码已过期',
    '您的密码已过期，请修改密码',
    '首次登录需要修改密码',
    'The user must reset password on first login',
  ],
  [
    'address-not-allowed',
    'The IP address is not allowed.',
    'Access denied by ACL',
    'Your IP 10.0.0.1 is not in the access control list',
    'Login from this network is forbidden by the ACL policy.',
    '不允许从当前IP地址访问',
    'IP地址不在访问控制策略允许的范围内',
    '您的 IP 被拒绝',
    'Login from this IP is restricted',
    'Access denied by access control: 1.2.3.4',
  ],
  [
    'second-factor-needed',
    'MFA is required.',
    'Login protection is enabled for the user.',
    'Please provide the TOTP passcode',
    'Additional authentications steps required.',
    'The verification code is required',
    '该用户已开启登录保护，请使用虚拟MFA验证',
    '请输入动态口令',
    '需要多因素认证',
    'Second authentication is needed',
    'Please enter the security code',
  ],
  [
    'wrong-password',
    'The username or password is wrong.',
    'Incorrect username or password',
    'Invalid credentials',
    'The password is incorrect.',
    'The username or password is wrong. The account will be locked after 3 more failures.',
    '用户名或密码错误',
    '用户名或密码错误，您还有3次机会，之后账号将被锁定',
    'Wrong password. 2 attempts remaining before the account is locked.',
    '用户名或密码错误，再输错2次账号将会被锁定',
    '密码不正确',
    '用户名或者密码不对',
    '密码校验失败。',
    '用户不存在',
    'The user name or password is incorrect. If the number of failures exceeds 5, the account gets locked.',
    'Incorrect username or password; accounts are locked after five failed attempts',
    '密码错误，连续5次错误后账号锁定15分钟',
    'The username or password is wrong. If you forgot your password, reset your password in the console.',
    '用户名或密码错误，如果忘记密码请重置密码',
  ],
  [
    'sign-in-refused',
    'The request you have made requires authentication.',
    'Unauthorized',
    'no',
    'A HUAWEI ID cannot get a token.',
    'The email address is not verified.',
    'The username or password is wrong, or the account is locked.',
    'The account is disabled or locked',
    '用户名或密码错误，或者账号已被锁定',
    '认证失败',
    '',
    `x${' password'.repeat(1000)}`,
  ],
];

describe('what IAM says when it refuses a password', () => {
  for (const { id, input } of reported.cases.filter(({ kind }) => kind === 'every 401 of a password is a wrong one')) {
    it(`is understood and shown: ${id}`, async () => {
      assert.ok(typeof input === 'object' && 'status' in input);
      const error = await refusalBy(input.status, input.body);
      const [reason, ...words] = REPORTED[id] ?? assert.fail(`${id} has no expected value`);
      assert.equal(error.reason, reason);
      for (const sentence of [errorSentence(error), actionErrorSentence(error)]) {
        for (const word of words) {
          assert.ok(typeof word === 'string' ? sentence.includes(word) : word.test(sentence), `${sentence}: ${word}`);
        }
        if (id !== 'J5') assert.doesNotMatch(sentence, /refused the account name/);
      }
    });
  }

  for (const [reason, ...messages] of CASES) {
    for (const message of messages) {
      it(`means ${reason}: ${message.slice(0, 100)}`, async () => {
        const error = await refusalBy(401, says(message));
        assert.deepEqual(
          [error.kind, error.reason],
          [reason === 'user-locked' ? 'locked-out' : 'authentication', reason],
        );
        assert.ok(errorSentence(error).includes(message.slice(0, 100)), 'IAM’s own words are shown');
      });
    }
  }

  it('is understood in the format of other APIs, and with 403', async () => {
    for (const [status, body] of [
      [401, { error_code: 'IAM.0011', error_msg: 'The account is locked.' }],
      [403, says('The account is locked.', 403)],
      [403, { error_code: 'IAM.0003', error_msg: '账号已锁定' }],
    ] as const) {
      assert.equal((await refusalBy(status, body)).reason, 'user-locked');
    }
    const unknown = await refusalBy(403, { error_code: 'PAP5.0001', error_msg: 'No.' });
    assert.deepEqual([unknown.kind, unknown.reason, unknown.message], ['authentication', 'sign-in-refused', 'No.']);
    assert.equal((await refusalBy(400, { error_code: '1103', error_msg: '密码校验失败。' })).reason, 'wrong-password');
  });

  it('is no refusal if it is the gateway’s or another service’s 403, or no answer of a service', () => {
    for (const error of [
      { kind: 'gateway-forbidden', code: 'APIGW.0302', message: 'The account is locked.' },
      { kind: 'forbidden', code: 'ELB.9802', message: 'The account is locked.' },
      { kind: 'proxy', message: 'The account is locked.' },
      { kind: 'server', code: '500', message: 'The account is locked.' },
    ] as const) {
      assert.deepEqual(refusalOfPassword(error, false), { kind: error.kind, reason: undefined });
    }
  });

  it('means a wrong passcode if one was sent', () => {
    const error = { kind: 'authentication', message: 'MFA verification failed' } as const;
    assert.equal(refusalOfPassword(error, false).reason, 'second-factor-needed');
    assert.equal(refusalOfPassword(error, true).reason, 'wrong-passcode');
  });
});
