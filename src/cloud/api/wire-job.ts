/** A job as the service sends it: its schema, and the comparison of two of them. */
// Why valita: see ./json-schema.
import * as v from '@badrap/valita';
import { objectOf, optionalText } from './json-schema';

const jobFields = {
  job_id: optionalText,
  job_type: optionalText,
  status: optionalText,
  begin_time: optionalText,
  end_time: optionalText,
  error_code: optionalText,
  error_msg: optionalText,
  project_id: optionalText,
  resource_id: optionalText,
};
const optionalList = <T>(type: v.Type<T>) => v.union(v.array(type), v.null()).optional();

const entitySchema = objectOf({ resource_id: optionalText, resource_type: optionalText });
const subJobSchema = objectOf({ ...jobFields, entities: optionalList(entitySchema) });
const subJobsSchema = v.union(v.array(subJobSchema), v.null());
/** Most lists have nothing but texts. To see that takes a fraction of the time that their validation takes. */
const quickSubJobsSchema = v
  .unknown()
  .chain((list) =>
    Array.isArray(list) && list.every(isSubJobOfTexts)
      ? v.ok(list as v.Infer<typeof subJobsSchema>)
      : subJobsSchema.try(list, { mode: 'passthrough' }),
  );
export const jobSchema = objectOf({ ...jobFields, sub_jobs: quickSubJobsSchema.optional() });

/** Whether a value certainly is a sub-job, because its fields and those of its entities are texts or null. */
function isSubJobOfTexts(value: unknown): boolean {
  return isObjectOf(value, (field, name) =>
    name === 'entities'
      ? field === null || (Array.isArray(field) && field.every((entity) => isObjectOf(entity, isTextOrNull)))
      : isTextOrNull(field),
  );
}

function isTextOrNull(value: unknown): boolean {
  return typeof value === 'string' || value === null;
}

function isObjectOf(value: unknown, isField: (field: unknown, name: string) => boolean): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  for (const name in value) if (!isField((value as Readonly<Record<string, unknown>>)[name], name)) return false;
  return true;
}

/** The type of `Job.raw`, which was validated when it was parsed. */
export type WireJob = v.Infer<typeof jobSchema>;
export type WireSubJob = v.Infer<typeof subJobSchema>;
export type WireEntity = v.Infer<typeof entitySchema>;
/** The fields that jobs and sub-jobs have in common. */
export type WireFields = Pick<WireJob, keyof typeof jobFields>;

// Field by field: every list is compared with the previous one, and a generic comparison takes three times as long.
/** Whether all documented fields are equal, with the sub-jobs in the same order. */
export function isSameJob(a: WireJob, b: WireJob): boolean {
  return isSameFields(a, b) && isSameList(a.sub_jobs, b.sub_jobs, isSameSubJob);
}

function isSameSubJob(a: WireSubJob, b: WireSubJob): boolean {
  return isSameFields(a, b) && isSameList(a.entities, b.entities, isSameEntity);
}

function isSameEntity(a: WireEntity, b: WireEntity): boolean {
  return a.resource_id === b.resource_id && a.resource_type === b.resource_type;
}

function isSameFields(a: WireFields, b: WireFields): boolean {
  return (
    a.status === b.status &&
    a.end_time === b.end_time &&
    a.begin_time === b.begin_time &&
    a.job_id === b.job_id &&
    a.job_type === b.job_type &&
    a.error_code === b.error_code &&
    a.error_msg === b.error_msg &&
    a.project_id === b.project_id &&
    a.resource_id === b.resource_id
  );
}

function isSameList<T>(
  a: readonly T[] | null | undefined,
  b: readonly T[] | null | undefined,
  isSame: (a: T, b: T) => boolean,
): boolean {
  if (!a || !b) return a === b;
  if (a.length !== b.length) return false;
  for (let index = 0; index < a.length; index += 1) {
    const left = a[index];
    const right = b[index];
    if (left === undefined || right === undefined || !isSame(left, right)) return false;
  }
  return true;
}
