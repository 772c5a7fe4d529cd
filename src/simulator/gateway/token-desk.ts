/** IAM's tokens: issues them for a name, a password and a passcode, and verifies them. */
import { createHash } from 'node:crypto';
import { IamRefusal, notAuthenticated } from '../http/simulated-response';
import type { Random } from '../base/random';
import { sameSecret } from '../base/same-secret';
import { DAY, MINUTE } from '../../base/time-units';

/** An IAM user who signs in with a password. */
export interface User {
  /** The account's name. */
  readonly domain: string;
  readonly name: string;
  readonly password: string;
  readonly projectIds: readonly string[];
  /** Why IAM refuses the right password; `active`, the default, refuses nothing. */
  readonly state?: 'active' | 'disabled' | 'password-expired' | 'address-not-allowed';
  /** `virtual-mfa` needs the passcode; `protected`, a login protection by SMS or e-mail, refuses each password. */
  readonly secondFactor?: 'virtual-mfa' | 'protected';
  /** Of virtual MFA, with the user's id. */
  readonly mfa?: { readonly userId: string; readonly passcode: string };
  /** Whether IAM says that it needs a passcode. By default it says that the password is wrong, as was observed. */
  readonly saysSecondFactor?: boolean;
}

/** What a person signs in with. */
export interface SignInAttempt {
  readonly domain: string;
  readonly name: string;
  readonly password: string;
  readonly mfa: { readonly userId: string; readonly passcode: string } | undefined;
}

export interface Token {
  readonly text: string;
  readonly user: User;
  readonly projectIds: readonly [string];
  /** Both in ms since the epoch. */
  readonly issuedAt: number;
  readonly expiresAt: number;
}

const TOKEN_LIFETIME_MS = DAY;
const FAILURES_TO_LOCK = 5;
const LOCK_MS = 15 * MINUTE;

const WRONG = 'The username or password is wrong.';
const REFUSALS = {
  disabled: (id: string) => `The user account is disabled: ${id}`,
  'password-expired': (id: string) => `The password is expired and needs to be changed for user: ${id}.`,
  'address-not-allowed': () => 'The IP address is not in the access control list of the account.',
} as const;

export class TokenDesk {
  readonly #users: readonly User[];
  readonly #random: Random;
  /** By digest, so that the time of a lookup reveals nothing about a token. */
  readonly #tokens = new Map<string, Token>();
  readonly #failures = new Map<User, { count: number; lockedUntil: number }>();

  constructor(users: readonly User[], random: Random) {
    this.#users = users;
    this.#random = random;
  }

  /**
   * Locks a user for 15 minutes after five failures in turn.
   * @throws IamRefusal 401 with the same message for an unknown account, an unknown name and a wrong password; with another one
   * for a user who may not sign in.
   */
  signIn({ domain, name, ...given }: SignInAttempt, now: number): User {
    const user = this.#users.find((known) => known.domain === domain && known.name === name);
    if (!user) throw new IamRefusal(401, WRONG);
    const failures = this.#failures.get(user) ?? { count: 0, lockedUntil: -Infinity };
    this.#failures.set(user, failures);
    if (now < failures.lockedUntil) throw new IamRefusal(401, 'The account is locked.');
    const refusal = refusalOf(user, given);
    if (refusal === undefined) {
      failures.count = 0;
      return user;
    }
    failures.count += 1;
    if (failures.count >= FAILURES_TO_LOCK) {
      failures.count = 0;
      failures.lockedUntil = now + LOCK_MS;
    }
    throw new IamRefusal(401, refusal);
  }

  /** Issues a token for one project, valid for 24 h. */
  issue(user: User, projectId: string, now: number): Token {
    const token: Token = {
      text: this.#random.text(96),
      user,
      projectIds: [projectId],
      issuedAt: now,
      expiresAt: now + TOKEN_LIFETIME_MS,
    };
    this.#tokens.set(digest(token.text), token);
    return token;
  }

  /** @returns the token of that text if it is valid. */
  find(text: string, now: number): Token | undefined {
    const token = this.#tokens.get(digest(text));
    return token !== undefined && now < token.expiresAt ? token : undefined;
  }

  /** @throws Refusal 401 APIGW.0301 for an unknown or expired token. */
  verify(text: string, now: number): Token {
    const token = this.#tokens.get(digest(text));
    if (!token) throw notAuthenticated('decrypt token fail');
    if (now >= token.expiresAt) throw notAuthenticated(`token expires, expires_at: ${formatIamTime(token.expiresAt)}`);
    return token;
  }
}

function refusalOf(user: User, { password, mfa }: Pick<SignInAttempt, 'password' | 'mfa'>): string | undefined {
  if (!sameSecret(password, user.password)) return WRONG;
  const { state = 'active', secondFactor, saysSecondFactor } = user;
  if (state !== 'active') return REFUSALS[state](user.mfa?.userId ?? user.name);
  if (secondFactor === undefined) return undefined;
  if (secondFactor === 'virtual-mfa' && mfa !== undefined && user.mfa !== undefined) {
    if (mfa.userId === user.mfa.userId && sameSecret(mfa.passcode, user.mfa.passcode)) return undefined;
    return saysSecondFactor === true ? 'The MFA passcode is incorrect.' : WRONG;
  }
  return saysSecondFactor === true ? 'Login protection is enabled: MFA verification is required.' : WRONG;
}

/** Formats a time as IAM does, with microseconds: 2020-01-04T09:08:49.965000Z. */
export function formatIamTime(instant: number): string {
  return new Date(instant).toISOString().replace('Z', '000Z');
}

function digest(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}
