/** A job as the service sends it: its schema. */
// Why valita: see ./json-schema.
import * as v from '@badrap/valita';
import { objectOf, optionalScalar } from './json-schema';

const jobFields = {
  job_id: optionalScalar,
  job_type: optionalScalar,
  status: optionalScalar,
  begin_time: optionalScalar,
  end_time: optionalScalar,
  error_code: optionalScalar,
  error_msg: optionalScalar,
  project_id: optionalScalar,
  resource_id: optionalScalar,
};
const optionalList = <T>(type: v.Type<T>) => v.union(v.array(type), v.null()).optional();

const entitySchema = objectOf({ resource_id: optionalScalar, resource_type: optionalScalar });
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
  if (!isObject(value)) return false;
  for (const name in value) {
    const field = value[name];
    const isRight =
      name === 'entities'
        ? field === null || (Array.isArray(field) && field.every(isObjectOfTexts))
        : isTextOrNull(field);
    if (!isRight) return false;
  }
  return true;
}

function isObjectOfTexts(value: unknown): boolean {
  if (!isObject(value)) return false;
  for (const name in value) if (!isTextOrNull(value[name])) return false;
  return true;
}

function isTextOrNull(value: unknown): boolean {
  return typeof value === 'string' || value === null;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The type of `Job.raw`, which was validated when it was parsed. */
export type WireJob = v.Infer<typeof jobSchema>;
export type WireSubJob = v.Infer<typeof subJobSchema>;
export type WireEntity = v.Infer<typeof entitySchema>;
/** The fields that jobs and sub-jobs have in common. */
export type WireFields = Pick<WireJob, keyof typeof jobFields>;
