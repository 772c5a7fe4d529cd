/** The queries of lists: which parameters they have, and the page that they select. */
import { type Refusal, invalidInput } from '../http/simulated-response';
import { queryPairs } from '../http/cloud-request';

const MAX_LIMIT = 2000;

export const PAGING_PARAMETERS = ['limit', 'marker', 'page_reverse'] as const;

export interface Paging {
  readonly limit: number;
  /** The id of the item before the page; in reverse, of the item after it. */
  readonly marker: string | undefined;
  readonly reverse: boolean;
}

export interface PageInfo {
  readonly previous_marker?: string;
  readonly next_marker?: string;
  readonly current_count: number;
}

/** The values of each parameter, in the order sent. */
export type QueryValues = ReadonlyMap<string, readonly string[]>;

/**
 * @param single the parameters that may be given once
 * @param repeatable the parameters that may be given more often
 * @throws Refusal 400 ELB.8902 for any other parameter, or one that is given twice
 */
export function readQuery(query: string, single: readonly string[], repeatable: readonly string[] = []): QueryValues {
  const values = new Map<string, string[]>();
  for (const [name, value] of queryPairs(query)) {
    const known = values.get(name);
    const isRepeatable = repeatable.includes(name);
    if (!isRepeatable && !single.includes(name)) throw invalidInput(`Unrecognized attribute(s) '${name}'`);
    if (known !== undefined && !isRepeatable)
      throw invalidInput(`Invalid input for ${name}. Reason: it is given twice.`);
    if (known === undefined) values.set(name, [value]);
    else known.push(value);
  }
  return values;
}

/** @throws Refusal 400 ELB.8902 for values that the documentation does not allow. */
export function readPaging(values: QueryValues): Paging {
  const [limit, marker, reverse] = PAGING_PARAMETERS.map((name) => values.get(name)?.[0]);
  if (limit !== undefined && !(/^\d{1,4}$/.test(limit) && Number(limit) <= MAX_LIMIT)) {
    throw invalidValue('limit', limit, `is not a number from 0 to ${MAX_LIMIT}`);
  }
  if (marker === '') throw invalidValue('marker', marker, 'must not be empty');
  if (reverse !== undefined && !['true', 'false'].includes(reverse)) {
    throw invalidValue('page_reverse', reverse, 'is neither true nor false');
  }
  if (limit === undefined && (marker ?? reverse) !== undefined) {
    throw invalidValue('limit', '', 'must be given with marker and page_reverse');
  }
  return { limit: limit === undefined ? MAX_LIMIT : Number(limit), marker, reverse: reverse === 'true' };
}

export function invalidValue(name: string, value: string, reason: string): Refusal {
  return invalidInput(`Invalid input for ${name}. Reason: '${value}' ${reason}.`);
}

/**
 * @param items ordered by id: a page then has its place even if the item of its marker is gone.
 * @returns the items of the page, and the ids of its first and last; an empty page has none.
 */
export function pageAt<T>(
  items: readonly T[],
  idOf: (item: T) => string,
  { limit, marker, reverse }: Paging,
): { readonly page: readonly T[]; readonly pageInfo: PageInfo } {
  const beyond = items.filter((item) => marker === undefined || (reverse ? idOf(item) < marker : idOf(item) > marker));
  const page = reverse ? beyond.slice(Math.max(0, beyond.length - limit)) : beyond.slice(0, limit);
  const first = page[0];
  const last = page.at(-1);
  const markers =
    first === undefined || last === undefined ? {} : { previous_marker: idOf(first), next_marker: idOf(last) };
  return { page, pageInfo: { ...markers, current_count: page.length } };
}
