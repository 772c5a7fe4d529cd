/** The file operations that windows share state by; each is atomic, so that no reader sees half of a change. */
import type { Disposable } from '../base/disposable';

/** `passing` is what counts while the computer runs alone; it may be lost with the power, and costs no wait for the disk. */
export type Lifetime = 'lasting' | 'passing';

/** All methods reject with the file system's own error where it fails for another reason than the one they tell. */
export interface FileSystem {
  /** The text of a file; undefined where there is none. */
  read(file: string): Promise<string | undefined>;
  /**
   * Creates a file or replaces it whole; what was there is untouched where that fails. Folders are made as needed.
   * @param lifetime `lasting` where it is left out.
   */
  replace(file: string, text: string, lifetime?: Lifetime): Promise<void>;
  /** Creates a file that is not there yet; false where it is. Folders are made as needed. */
  create(file: string, text: string): Promise<boolean>;
  /** Renames a file; false where it is not there. */
  move(from: string, to: string): Promise<boolean>;
  /** Does nothing where the file is not there. */
  remove(file: string): Promise<void>;
  /** The names in a folder; none where it is not there. */
  names(directory: string): Promise<readonly string[]>;
  /**
   * Calls the listener some time after files in a folder changed, perhaps more often, with the names of those files;
   * without, where any may have changed. Makes the folder.
   */
  watch(directory: string, listener: (names?: ReadonlySet<string>) => void): Disposable;
}
