/** What is wrong with an id that is nearly a UUID, the usual form of job ids. The service accepts other forms, too. */
import { isUuid } from '../base/id-patterns';

export type IdFlaw =
  /** `count` characters are missing. */
  | { readonly kind: 'short'; readonly count: number }
  /** There are `count` characters too many. */
  | { readonly kind: 'long'; readonly count: number }
  /** It has these letters, of which no UUID consists, e.g. `o` for `0`. */
  | { readonly kind: 'letters'; readonly letters: string }
  /** It has all digits, but its hyphens are missing or elsewhere. */
  | { readonly kind: 'hyphens' };

const GROUPS = [8, 4, 4, 4, 12];
const DIGITS = 32;
/** With more digits missing or added, or more other letters, an id is one of another form. */
const MAX_MISCOUNT = 8;
const MAX_MISCOUNT_WITHOUT_HYPHENS = 2;
const MAX_LETTERS = 3;

/** @returns undefined for a UUID, for 32 digits without hyphens, and for an id of another form. */
export function idFlawOf(id: string): IdFlaw | undefined {
  if (id.length > 2 * DIGITS || isUuid(id) || /^[0-9a-f]{32}$/i.test(id)) return undefined;
  const groups = id.split(/[-_]/);
  const text = groups.join('');
  const letters = text.replace(/[0-9a-f]/gi, '');
  const missing = DIGITS - text.length;
  if (!isNearlyUuid(groups, letters.length, Math.abs(missing))) return undefined;
  if (missing > 0) return { kind: 'short', count: missing };
  if (missing < 0) return { kind: 'long', count: -missing };
  return letters === '' ? { kind: 'hyphens' } : { kind: 'letters', letters: [...new Set(letters)].join('') };
}

function isNearlyUuid(groups: readonly string[], letters: number, miscount: number): boolean {
  const right = groups.filter((group, index) => group.length === GROUPS[index]).length;
  if (groups.length === GROUPS.length && right >= 3) return letters <= MAX_LETTERS && miscount <= MAX_MISCOUNT;
  // Without hyphens, or with some of them only. The names of other ids contain other letters.
  if (miscount > MAX_MISCOUNT_WITHOUT_HYPHENS) return false;
  return letters === 0 || (groups.length === 1 && miscount === 0 && letters <= MAX_LETTERS);
}
