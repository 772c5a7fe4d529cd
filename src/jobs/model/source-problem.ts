/** Why a place outside the editor, which a person keeps a key in, gives none that may be used. */
import type { Instant } from '../../base/clock';

/** The first is an error code of the file system, e.g. `EACCES`. */
export type UnreadableReason = `E${string}` | 'unknown' | 'too-large' | 'not-ini' | 'not-json' | 'not-a-configuration';

/** `file` is missing for the environment. */
export type SourceProblem =
  | {
      readonly kind: 'absent';
      readonly what: 'variables' | 'file' | 'section' | 'profile';
      /** Of the variables, the section or the profile; none for a file. */
      readonly names: readonly string[];
      readonly file?: string | undefined;
    }
  | { readonly kind: 'unreadable'; readonly file: string; readonly reason: UnreadableReason }
  /** With the names of what is missing. */
  | { readonly kind: 'incomplete'; readonly names: readonly string[]; readonly file?: string | undefined }
  /** Only the program that wrote it can read it. */
  | { readonly kind: 'encrypted'; readonly file: string; readonly names: readonly string[] }
  | { readonly kind: 'expired'; readonly file: string; readonly expiredAt: Instant }
  /** A way of signing in that has no key of its own, by its own name. */
  | { readonly kind: 'unsupported'; readonly mode: string; readonly file?: string | undefined };
