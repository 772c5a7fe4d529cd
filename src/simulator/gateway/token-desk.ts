/** IAM's tokens: issues them for a name and a password, and verifies them. */
import { createHash } from 'node:crypto';
import { IamRefusal, notAuthenticated } from '../http/simulated-response';
import type { Random } from '../base/random';
import { sameSecret } from '../base/same-secret';
import { DAY } from '../../base/time-units';

/** An IAM user who signs in with a password. */
export interface User {
  /** The account's name. */
  readonly domain: string;
  readonly name: string;
  readonly password: string;
  readonly projectIds: readonly string[];
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

export class TokenDesk {
  readonly #users: readonly User[];
  readonly #random: Random;
  /** By digest, so that the time of a lookup reveals nothing about a token. */
  readonly #tokens = new Map<string, Token>();

  constructor(users: readonly User[], random: Random) {
    this.#users = users;
    this.#random = random;
  }

  /** @throws IamRefusal 401 with the same message for an unknown account, an unknown name and a wrong password. */
  signIn(domain: string, name: string, password: string): User {
    const user = this.#users.find((known) => known.domain === domain && known.name === name);
    if (!user || !sameSecret(password, user.password)) {
      throw new IamRefusal(401, 'The username or password is wrong.');
    }
    return user;
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

/** Formats a time as IAM does, with microseconds: 2020-01-04T09:08:49.965000Z. */
export function formatIamTime(instant: number): string {
  return new Date(instant).toISOString().replace('Z', '000Z');
}

function digest(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}
