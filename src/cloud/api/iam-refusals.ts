/** Finds in IAM's words why it refused a password: one status, 401, is for all reasons. */
import type { ElbError, RefusalReason } from '../http/error';

/** A longer message of IAM is not one of the known ones. */
const MAX_MESSAGE_LENGTH = 1000;

/** `account`, `IAM user`, `login` and their like, as the subject of what IAM says. */
const USER = String.raw`(?:user|account|login|iam|domain|tenant|username)`;
const USER_ZH = '(?:用户|账号|帐号|账户|帐户|租户)';

const pattern = (...alternatives: readonly string[]) => new RegExp(alternatives.join('|'), 'iu');

/**
 * In the order in which they are tried: a message about a lock often names its cause, a wrong password. IAM's words depend on its
 * version and language; Keystone's are those of private clouds.
 */
const WORDS: readonly (readonly [RefusalReason, RegExp])[] = [
  [
    'user-locked',
    pattern(
      String.raw`\b(?:locked|lockout)\b`,
      String.raw`\b(?:user|account)\b.{0,20}\bblocked\b`,
      String.raw`\btoo many (?:failed|unsuccessful|incorrect|invalid|wrong|login|sign-?in|password|attempts)`,
      String.raw`\btry again (?:in|after) \d+ minutes?\b`,
      '锁定|锁住|被锁',
      String.raw`\d+\s*分钟后(?:再|重)?试`,
      String.raw`\b(?:fail\w*|attempts?|errors?)\b.{0,40}\bexceed`,
      String.raw`\bexceed\w*\b.{0,40}\b(?:fail\w*|attempts?|errors?)\b`,
      '(?:失败|错误)次数(?:过多|超|达到)',
    ),
  ],
  [
    'address-not-allowed',
    pattern(
      String.raw`\bacls?\b`,
      String.raw`\b(?:ips?|(?<!mail )address(?:es)?|network)\b.{0,60}\b(?:not|isn't|cannot|forbidden|denied|rejected|blocked|refused|outside)\b`,
      String.raw`\b(?:not|isn't|forbidden|denied|rejected|blocked|refused)\b.{0,60}\b(?:ips?|(?<!mail )address(?:es)?)\b`,
      '(?:ip|地址|网段).{0,30}(?:不|禁止|拒绝|限制|受限)',
      '(?:不允许|禁止|拒绝|限制).{0,30}(?:ip|地址|网段)',
      '访问控制',
    ),
  ],
  [
    'password-expired',
    pattern(
      String.raw`\b(?:password|credentials?)\b.{0,40}\b(?:expired|expires|out of date|has passed|must be (?:changed|reset)|needs? to be (?:changed|reset))\b`,
      String.raw`\bexpired\b.{0,20}\bpassword\b`,
      String.raw`\b(?:change|reset|modify) (?:the|your) (?:initial |expired |old |temporary )?password\b`,
      '密码.{0,10}(?:过期|到期|失效|需要?修改|必须修改|须修改|超过有效期)',
      '(?:修改|重置|更改).{0,6}(?:初始|过期)?密码',
    ),
  ],
  [
    'user-disabled',
    pattern(
      String.raw`\b${USER}\b.{0,60}\b(?:disabled|deactivated|inactive|suspended|frozen|not (?:been )?(?:enabled|activated|active)|stopped)\b`,
      String.raw`\b(?:disabled|deactivated|inactive|suspended|frozen)\b.{0,20}\b${USER}\b`,
      String.raw`\b${USER}\b.{0,20}\bexpired\b`,
      String.raw`\bprogrammatic access\b`,
      `${USER_ZH}.{0,20}(?:停用|禁用|冻结|未启用|未激活|注销|过期)`,
      `(?:停用|禁用|冻结|未启用|未激活)的?${USER_ZH}`,
    ),
  ],
  [
    'second-factor-needed',
    pattern(
      String.raw`\b(?:v?mfa|2fa|totp|otp|passcode|one[- ]time (?:password|code)|multi-?factor|two-?factor|second factor|verification code|auth receipt|additional auth\w*)\b`,
      String.raw`\blogin[- ](?:protection|verification)\b`,
      '多因素|双因素|二次(?:认证|验证)|登录(?:保护|验证)|动态(?:口令|密码|码)|验证码',
    ),
  ],
  [
    'wrong-password',
    pattern(
      String.raw`\b(?:user ?name|user|account(?: name)?|name)\b.{0,30}\bpassword\b.{0,30}\b(?:wrong|incorrect|invalid|not (?:correct|match|valid)|mismatch|error)\b`,
      String.raw`\b(?:wrong|incorrect|invalid|bad)\b.{0,30}\b(?:password|user ?name|credentials)\b`,
      String.raw`\bpassword\b.{0,20}\b(?:is|was) (?:wrong|incorrect|invalid|not correct)\b`,
      '(?:用户名|账号|帐号|账户|密码).{0,12}(?:错误|不正确|不对|有误|不匹配|无效|(?:校验|验证)失败)',
      '(?:错误|不正确|无效)的?(?:用户名|账号|密码)',
      String.raw`\b(?:no such|no|could not find|cannot find|unknown) (?:user|account|domain)\b`,
      String.raw`\b(?:user|account|domain)\b.{0,60}\b(?:not found|not exist)\b`,
      `${USER_ZH}.{0,10}不存在`,
    ),
  ],
];

/** Of a warning: the user is locked only after more failures. */
const NOT_YET = pattern(
  String.raw`\b(?:will|would|to) be (?:temporarily )?locked\b`,
  String.raw`\bbefore\b.{0,40}\blocked\b`,
  String.raw`\b(?:attempts?|chances?|tries|times)\b.{0,10}\b(?:left|remain)`,
  String.raw`\bremaining (?:login )?(?:attempts?|chances?|tries|times)\b`,
  '将(?:会|要)?被?锁',
  '再.{0,8}次.{0,10}锁',
  '(?:剩余|还有|还可).{0,8}次',
);

/** Codes of IAM, which say the reason in any language. Source: "Error Codes" of the IAM API reference. */
const CODES: ReadonlyMap<string, RefusalReason> = new Map([
  ['1101', 'wrong-password'],
  ['1103', 'wrong-password'],
]);

/** A 403 with such a code is IAM's own and not the gateway's or another service's. */
const IAM_CODE = /^(?:\d+$|IAM|PAP5\.|STS5\.)/i;

/**
 * Returns the kind and reason of an error of a sign-in with a password. What is not known keeps IAM's words and is no wrong password.
 * @param hasPasscode whether the passcode of virtual MFA was sent
 */
export function refusalOfPassword(error: ElbError, hasPasscode: boolean): Pick<ElbError, 'kind' | 'reason'> {
  const { kind, reason, code = '', message = '' } = error;
  if (kind === 'locked-out') return { kind, reason: 'user-locked' };
  const isOfIam = (kind === 'forbidden' && IAM_CODE.test(code)) || (kind === 'bad-request' && CODES.has(code));
  if ((kind !== 'authentication' && !isOfIam) || reason !== undefined) return { kind, reason };
  const known = CODES.get(code) ?? reasonIn(message);
  if (known === 'user-locked') return { kind: 'locked-out', reason: known };
  const asked = known === 'second-factor-needed' && hasPasscode ? 'wrong-passcode' : known;
  return { kind: 'authentication', reason: asked ?? 'sign-in-refused' };
}

function reasonIn(message: string): RefusalReason | undefined {
  if (message.length > MAX_MESSAGE_LENGTH) return undefined;
  return WORDS.find(
    ([reason, words]) => words.test(message) && !(reason === 'user-locked' && NOT_YET.test(message)),
  )?.[0];
}
