/** Keeps schemas and types equal: they either share one list, or the compiler compares them in both directions. */
// valita: see src/cloud/api/json-schema.ts.
import * as v from '@badrap/valita';

/** @returns a schema that accepts only these texts */
export function oneOf<Name extends string>(names: readonly [Name, ...Name[]]): v.Type<Name> {
  return v.union(...names.map((name) => v.literal(name)));
}

/** `true` if both types have the same fields, optional ones included; `readonly` makes no difference. */
export type EqualTypes<A, B> = [Described<A>] extends [Described<B>]
  ? [Described<B>] extends [Described<A>]
    ? true
    : false
  : false;

/** `T`. Does not compile unless the check is `true`, e.g. `Checked<Content, EqualTypes<Content, TrackedJob>>`. */
export type Checked<T, Check extends true> = Check extends true ? T : never;

/** Makes each field a required one that says whether it is optional: a type that lacks an optional field fits otherwise. */
type Described<T> = T extends readonly (infer Item)[]
  ? readonly Described<Item>[]
  : T extends object
    ? {
        readonly [Name in keyof T]-?: object extends Pick<T, Name>
          ? { readonly optional: Described<T[Name]> }
          : { readonly required: Described<T[Name]> };
      }
    : T;
