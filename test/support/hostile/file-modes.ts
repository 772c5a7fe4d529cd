/** Circumstances in which a file could become readable for other users of the computer. */
import type { HostileInputs } from './hostile-inputs';

export interface FileModeCase {
  readonly umask: number;
  /** The mode of a file that is there already; undefined if there is none. */
  readonly present: number | undefined;
}

const UMASKS = [0o000, 0o002, 0o022, 0o027, 0o077];
const PRESENT = [undefined, 0o600, 0o644, 0o666, 0o777];

export const FILE_MODES: HostileInputs<FileModeCase> = {
  kind: 'Modes of files and folders: the user’s mask, and files that are there already',
  holds: 'files have 0600 and folders 0700',
  inputs: UMASKS.flatMap((umask) => PRESENT.map((present): FileModeCase => ({ umask, present }))),
};
