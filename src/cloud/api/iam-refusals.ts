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
      '(?<![a-z])(?:user_?|account_?)?lock(?:ed|out|ed[ _]?out)?(?![a-z])',
      String.raw`\b(?:user|account)\b.{0,20}\bblocked\b`,
      String.raw`\b(?:temporarily|currently) (?:blocked|disabled|frozen|suspended)\b`,
      String.raw`\btoo many\b.{0,30}\b(?:fail\w*|attempts?|errors?|logins?|sign-?ins?|passwords?|tries|times)\b`,
      String.raw`\b(?:fail\w*|attempts?)\b.{0,20}\btoo many times\b`,
      String.raw`\b(?:maximum|limit)\b.{0,40}\b(?:fail\w*|attempts?|errors?)\b.{0,20}\breached\b`,
      String.raw`\b(?:wait|(?:re)?try(?: again)?)(?: (?:in|after|for))? \d+ (?:min(?:ute)?s?|seconds?)\b`,
      '锁定|锁住|被锁|(?:临时|暂时|暂)(?:冻结|禁用|停用)',
      String.raw`\d+\s*分钟(?:后|之后|以后)(?:再|重)?(?:新)?(?:尝?试|登录)`,
      String.raw`\b(?:fail\w*|attempts?|errors?)\b.{0,40}\bexceed`,
      String.raw`\bexceed\w*\b.{0,40}\b(?:fail\w*|attempts?|errors?)\b`,
      '次数(?:过多|太多|超|已?达到?)',
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
      String.raw`\baccess control\b|\b(?:ips?|address)\b.{0,30}\b(?:restricted|limited)\b`,
      '访问控制',
    ),
  ],
  [
    'password-expired',
    pattern(
      String.raw`\b(?:password|credentials?)\b.{0,40}\b(?:expired|expires|out of date|has passed|must be (?:changed|reset)|needs? to be (?:changed|reset))\b`,
      String.raw`\bexpired\b.{0,20}\bpassword\b`,
      String.raw`(?<!\b(?:if|forgot|forgotten)\b.{0,60})\b(?:change|reset|modify) (?:the|your) (?:initial |expired |old |temporary )?password\b`,
      String.raw`\b(?:must|needs? to|has to|have to) (?:change|reset|modify) (?:initial )?password\b`,
      '密码.{0,10}(?:过期|到期|失效|需要?修改|必须修改|须修改|超过有效期)',
      '(?<!(?:如果|若|忘记).{0,20})(?:修改|重置|更改).{0,6}(?:初始|过期)?密码',
    ),
  ],
  [
    'user-disabled',
    pattern(
      String.raw`\b${USER}\b.{0,60}\b(?:disabled?|deactivated|inactive|suspended|frozen|not (?:been )?(?:enabled|activated|active)|stopped)\b`,
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
      String.raw`\b(?:v?mfa|2fa|totp|otp|passcode|one[- ]time (?:password|code)|multi-?factor|two-?factor|second(?:ary)? (?:factor|authentication|verification)|two-?step|(?:verification|security|device|dynamic|sms) code|verif\w* by (?:sms|e-?mail|phone)|auth receipt|additional auth\w*)\b`,
      String.raw`\blogin[- ](?:protection|verification)\b`,
      '多因素|双因素|二次(?:认证|验证)|登录(?:保护|验证)|动态(?:口令|密码|码)|验证码',
    ),
  ],
  [
    'user-disabled',
    pattern(
      String.raw`\b${USER}\b.{0,20}\b(?:not (?:allowed|permitted)|forbidden|prohibited)\b.{0,20}\b(?:log|sign|access)`,
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
  String.raw`\b(?:will|would|to|can|could|may) (?:then )?(?:be|get) (?:temporarily )?locked\b`,
  String.raw`\bnot (?:been )?locked\b|\bto avoid\b.{0,40}\block`,
  // A rule, not a fact, e.g. `If the number of failures exceeds 5, the account gets locked`.
  String.raw`\b(?:if|once|when)\b.{0,60}\block|\b(?:accounts|users) (?:are|get)\b.{0,20}\blocked\b|\bgets locked\b`,
  String.raw`\bbefore\b.{0,40}\blocked\b`,
  String.raw`\b(?:attempts?|chances?|tries|times)\b.{0,10}\b(?:left|remain)`,
  String.raw`\bremaining (?:login )?(?:attempts?|chances?|tries|times)\b`,
  '将(?:会|要)?被?锁',
  '再.{0,8}次.{0,10}锁',
  '(?:如果|若|避免).{0,20}锁|次.{0,6}后(?!.{0,8}已).{0,8}锁|超过.{0,4}次.{0,8}将',
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

/** Says two reasons of which one holds, e.g. `The password is wrong or the account is locked`. */
const ALTERNATIVES = pattern(
  String.raw`\b(?:is|are|was|has|been|not)\b[^.]{0,40}\bor (?:the |your |that |this )?(?:iam )?(?:user|account|password|ip|address)\b[^.]{0,30}\b(?:is|has|was|needs|must|requires?|not)\b`,
  String.raw`\b(?:is|are|was|been) (?:wrong|incorrect|invalid|locked|disabled|expired|frozen|not \w+)(?: or|\/) (?:locked|disabled|expired|frozen|blocked|wrong|invalid)\b`,
  '(?:错误|不正确|锁定|停用|禁用|过期|冻结)(?:，|、)?(?:或者?|/)(?:该|您的|此)?(?:用户|账号|帐号|密码|被|已)',
);

function reasonIn(message: string): RefusalReason | undefined {
  if (message.length > MAX_MESSAGE_LENGTH) return undefined;
  const [reason, ...others] = WORDS.filter(
    ([each, words]) => words.test(message) && !(each === 'user-locked' && NOT_YET.test(message)),
  ).map(([each]) => each);
  return others.some((each) => each !== reason) && ALTERNATIVES.test(message) ? undefined : reason;
}
