/** Keys and tokens that HTTP cannot carry, or that are none. */
import { MAX_TOKEN_LENGTH } from '../../../src/base/limits';
import type { HostileInputs } from './hostile-inputs';

const between = (character: string) => `PLANTED${character}KEY0001`;

export const UNSENDABLE_KEYS: HostileInputs<string> = {
  kind: 'Keys that HTTP cannot carry',
  holds: 'refused before a signature, with the name of the variable or field, and not counted as a failed sign-in',
  inputs: [
    ...['\n', '\r\n', '\r', '\0', '\t', ' ', '\v', '\f', '\b', '\u001b', '\u007f'].map(between),
    ...['\u0085', '\u009b', '\u00a0', '\u00ad', '\u00e9', '\u00ff'].map(between),
    ...['\u200b', '\u200d', '\u202e', '\u2028', '\u2029', '\u2060', '\u3000', '\ufeff'].map(between),
    ...['密', 'ｋ', '“', '–', '😀', '\ud800', '\u{e0041}'].map(between),
    'a\r\nX-Injected: 1',
    'Bearer token',
    'x'.repeat(MAX_TOKEN_LENGTH + 1),
    'x'.repeat(1024 * 1024),
  ],
};
