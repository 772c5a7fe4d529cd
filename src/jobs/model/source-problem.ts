/** Why a key outside the editor is not usable. */
import type { Instant } from '../../base/clock';

/** Either the file system's error code, e.g. `EACCES`, or one of our own. */
export type UnreadableReason =
  | `E${string}`
  | 'unknown'
  | 'drive-relative'
  | 'not-a-file'
  | 'too-slow'
  | 'too-large'
  | 'not-text'
  | 'not-ini'
  | 'not-json'
  | 'not-a-configuration';

/** `file` is missing if the key is in environment variables. */
export type SourceProblem =
  | {
      readonly kind: 'absent';
      readonly what: 'variables' | 'file' | 'section' | 'profile';
      /** The names of the variables, the section or the profile; of a file, the variable that names it, if any. */
      readonly names: readonly string[];
      readonly file?: string | undefined;
    }
  | { readonly kind: 'unreadable'; readonly file: string; readonly reason: UnreadableReason }
  /** `names` are missing. */
  | { readonly kind: 'incomplete'; readonly names: readonly string[]; readonly file?: string | undefined }
  /** A section has no key by the `expected` names, but values by `names`, as in files of other programs. */
  | {
      readonly kind: 'other-names';
      readonly section: string;
      readonly names: readonly string[];
      readonly expected: readonly string[];
      readonly file: string;
    }
  /** A profile of single sign-on that has no keys yet, or no more. */
  | { readonly kind: 'no-sso-keys'; readonly file: string }
  /** A value that cannot be sent: it contains a character that HTTP cannot carry, or is too long. `name` is its variable or field. */
  | {
      readonly kind: 'unsendable';
      readonly name: string;
      readonly why: 'characters' | 'length';
      readonly file?: string | undefined;
    }
  /** Only the program that wrote the file can read it. */
  | { readonly kind: 'encrypted'; readonly file: string; readonly names: readonly string[] }
  | { readonly kind: 'expired'; readonly file: string; readonly expiredAt: Instant }
  /** A sign-in method without a key of its own; `mode` is its own name. */
  | { readonly kind: 'unsupported'; readonly mode: string; readonly file?: string | undefined };
