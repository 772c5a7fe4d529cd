/** Parses the responses for load balancers, listeners, the recycle bin and quotas. All fields are optional, as those of jobs are. */
// Why valita: see ./json-schema.
import * as v from '@badrap/valita';
import { cutOptionalText } from '../../base/cut-text';
import { MAX_RESOURCE_FIELD_LENGTH, MAX_RESOURCE_NAME_LENGTH } from '../../base/limits';
import type { Result } from '../http/error';
import { exactIfNumber, objectOf, parseJson } from './json-schema';
import { repairedItems } from './repaired-answer';

/** A load balancer or a listener. */
export interface ListedResource {
  /** Whole. */
  readonly id: string;
  /** Missing if it is empty. */
  readonly name?: string | undefined;
  /** Open-ended. */
  readonly provisioningStatus?: string | undefined;
  /** Open-ended. */
  readonly operatingStatus?: string | undefined;
  readonly vipAddress?: string | undefined;
}

export interface ListedQuota {
  /** Open-ended. */
  readonly key: string;
  /** -1 if there is none. */
  readonly limit: number;
  readonly used: number;
  /** Open-ended. */
  readonly unit?: string | undefined;
}

/** The name of the list in a response. */
export type ResourceList = 'loadbalancers' | 'listeners';

/** The service's word for no limit. */
const NO_LIMIT = -1;

const resourceSchema = objectOf({
  id: exactIfNumber,
  name: exactIfNumber,
  provisioning_status: exactIfNumber,
  operating_status: exactIfNumber,
  vip_address: exactIfNumber,
});
const quotaSchema = objectOf({
  quota_key: exactIfNumber,
  quota_limit: exactIfNumber,
  used: exactIfNumber,
  unit: exactIfNumber,
});

/**
 * Leaves out items that cannot be read and fields of another type. Fails as `malformed` if the list itself cannot be read.
 * @param requested the ids of those to return, each once
 */
export function parseResources(
  body: string,
  list: ResourceList,
  requested: ReadonlySet<string>,
): Result<readonly ListedResource[]> {
  const items = itemsIn(body, list, resourceSchema);
  if (!items.ok) return items;
  const found = new Map<string, ListedResource>();
  for (const item of items.value) {
    const id = textIn(item.id);
    if (id === undefined || !requested.has(id) || found.has(id)) continue;
    found.set(id, {
      id,
      name: cutOptionalText(textIn(item.name), MAX_RESOURCE_NAME_LENGTH),
      provisioningStatus: fieldIn(item.provisioning_status),
      operatingStatus: fieldIn(item.operating_status),
      vipAddress: fieldIn(item.vip_address),
    });
  }
  return { ok: true, value: [...found.values()] };
}

/**
 * Same as `parseResources`. Leaves out quotas without a limit or a use.
 * @param requested the keys of those to return, each once
 */
export function parseQuotas(body: string, requested: ReadonlySet<string>): Result<readonly ListedQuota[]> {
  const items = itemsIn(body, 'quotas', quotaSchema);
  if (!items.ok) return items;
  const found = new Map<string, ListedQuota>();
  for (const item of items.value) {
    const key = textIn(item.quota_key);
    const limit = countIn(item.quota_limit, NO_LIMIT);
    const used = countIn(item.used, 0);
    if (key === undefined || !requested.has(key) || found.has(key) || limit === undefined || used === undefined) {
      continue;
    }
    found.set(key, { key, limit, used, unit: fieldIn(item.unit) });
  }
  return { ok: true, value: [...found.values()] };
}

function itemsIn<T>(body: string, name: string, item: v.Type<T>): Result<readonly T[]> {
  const schema = objectOf({ [name]: v.array(item) });
  const parsed = parseJson(schema, body, (json) => repairedItems(json, name, item));
  return parsed.ok ? { ok: true, value: parsed.value[name] ?? [] } : parsed;
}

/** @returns undefined for a text of nothing but spaces, and for any value that is neither a text nor a number */
function textIn(value: unknown): string | undefined {
  const text = typeof value === 'number' ? String(value) : value;
  return typeof text === 'string' && text.trim() !== '' ? text : undefined;
}

function fieldIn(value: unknown): string | undefined {
  return cutOptionalText(textIn(value), MAX_RESOURCE_FIELD_LENGTH);
}

/** @returns a whole number, also if it is written as text; undefined if it is less than `min` */
function countIn(value: unknown, min: number): number | undefined {
  const text = textIn(value);
  const count = text === undefined ? NaN : Number(text);
  return Number.isSafeInteger(count) && count >= min ? count : undefined;
}
