/** IAM's token desk: gives a token for a name and a password, and knows the tokens it gave. */
import { createHash } from 'node:crypto';
import { IamRefusal, notAuthenticated } from '../http/simulated-response';
import type { Random } from '../base/random';
import { sameSecret } from '../base/same-secret';

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
  /** Both in ms since 1970 UTC. */
  readonly issuedAt: number;
  readonly expiresAt: number;
}

const VALIDITY = 24 * 60 * 60_000;

export class TokenDesk {
  readonly #users: readonly User[];
  readonly #random: Random;
  /** By digest, so that finding a token takes a time that tells nothing about it. */
  readonly #tokens = new Map<string, Token>();

  constructor(users: readonly User[], random: Random) {
    this.#users = users;
    this.#random = random;
  }

  /** @throws IamRefusal 401 in the same words for an unknown account, an unknown name and a wrong password. */
  signIn(domain: string, name: string, password: string): User {
    const user = this.#users.find((known) => known.domain === domain && known.name === name);
    if (!user || !sameSecret(password, user.password)) {
      throw new IamRefusal(401, 'The username or password is wrong.');
    }
    return user;
  }

  /** A token for one project, good for 24 h. */
  issue(user: User, projectId: string, now: number): Token {
    const token: Token = {
      text: this.#random.text(96),
      user,
      projectIds: [projectId],
      issuedAt: now,
      expiresAt: now + VALIDITY,
    };
    this.#tokens.set(digest(token.text), token);
    return token;
  }

  /** The token of that text, while it is good. */
  find(text: string, now: number): Token | undefined {
    const token = this.#tokens.get(digest(text));
    return token !== undefined && now < token.expiresAt ? token : undefined;
  }

  /** @throws Refusal 401 APIGW.0301 for a token that is unknown or no longer good. */
  verify(text: string, now: number): Token {
    const token = this.#tokens.get(digest(text));
    if (!token) throw notAuthenticated('decrypt token fail');
    if (now >= token.expiresAt) throw notAuthenticated(`token expires, expires_at: ${formatIamTime(token.expiresAt)}`);
    return token;
  }
}

/** IAM's form of time, with microseconds: 2020-01-04T09:08:49.965000Z. */
export function formatIamTime(instant: number): string {
  return new Date(instant).toISOString().replace('Z', '000Z');
}

function digest(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}
