/** Compares secrets in a time that tells nothing about them. */
import { createHash, timingSafeEqual } from 'node:crypto';

/** Digests first, since `timingSafeEqual` wants equal lengths and a length tells something too. */
export function sameSecret(given: string, expected: string): boolean {
  return timingSafeEqual(digest(given), digest(expected));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text, 'utf8').digest();
}
