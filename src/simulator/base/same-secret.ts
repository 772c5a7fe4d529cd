/** Compares secrets in constant time. */
import { createHash, timingSafeEqual } from 'node:crypto';

/** Compares digests: `timingSafeEqual` requires equal lengths, and the length must not be revealed either. */
export function sameSecret(given: string, expected: string): boolean {
  return timingSafeEqual(digest(given), digest(expected));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text, 'utf8').digest();
}
