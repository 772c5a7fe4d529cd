/** Resolves paths that a person wrote in an environment variable, where no shell expanded them. */
import { homedir, userInfo } from 'node:os';
import path from 'node:path';
import { MAX_INPUT_LENGTH, MAX_PLACE_LENGTH } from '../../base/limits';
import { isDriveRelative } from '../../storage/regular-file';
import type { Environment } from './environment';
import { trimmed } from './key-content';

/** The parts of this computer on which the meaning of a path depends. */
export interface PathContext {
  readonly environment: Environment;
  /** The person's home folder. */
  readonly home: string;
  readonly platform: NodeJS.Platform;
}

/** The variables that hold keys: messages show the resolved path. */
const KEY_VARIABLE = /^(?:HUAWEICLOUD_SDK|CLOUD_SDK|HW)_/i;

/**
 * Resolves white space and quotes around the path, `~`, `$HOME` or `${HOME}` before it, and on Windows `%NAME%` in it. Shells
 * expand these, but not in quotes, in a `.env` file or in the settings of a service. A relative path starts at the home
 * folder, not at the editor's.
 * @returns an absolute path, or one that is relative to a drive, which RegularFiles refuses; undefined if nothing is named
 */
export function resolveNamedPath(text: string | undefined, context: PathContext): string | undefined {
  const { environment, home, platform } = context;
  const named = trimmed(text);
  if (named === undefined) return undefined;
  const isWindows = platform === 'win32';
  // Windows has no quotes in paths, but a part of the path, such as a variable's value, may be quoted.
  const expanded = isWindows ? (trimmed(expandVariables(named, environment).replaceAll('"', '')) ?? named) : named;
  const separators = isWindows ? '[/\\\\]' : '/';
  const belowHome = new RegExp(`^(?:~|\\$HOME|\\$\\{HOME\\})(?:${separators}+|$)`).exec(expanded);
  // The folder that it starts at is the editor's. Reading the file says what is wrong.
  if (isDriveRelative(expanded, platform)) return expanded;
  const paths = isWindows ? path.win32 : path.posix;
  return belowHome === null ? paths.resolve(home, expanded) : paths.join(home, expanded.slice(belowHome[0].length));
}

/** Like Windows, leaves an unknown variable as it is. */
function expandVariables(text: string, environment: Environment): string {
  if (text.length > MAX_PLACE_LENGTH) return text;
  let lengthLeft = MAX_INPUT_LENGTH;
  return text.replace(/%([^%=]+)%/g, (whole, name: string) => {
    const value = KEY_VARIABLE.test(name) ? whole : (variableOfWindows(environment, name) ?? whole);
    lengthLeft -= value.length;
    return lengthLeft < 0 ? whole : value;
  });
}

/** The case of a variable's name does not matter on Windows. */
function variableOfWindows(environment: Environment, name: string): string | undefined {
  return Object.entries(environment).find(([each]) => each.toUpperCase() === name.toUpperCase())?.[1];
}

/** @returns the person's home folder; the root folder if the system knows none, as for a container's user without an entry */
export function homeFolder(): string {
  const root = path.resolve('/');
  for (const find of [homedir, () => userInfo().homedir]) {
    try {
      const home = find();
      // With an empty HOME, the keys would be searched where the editor was started.
      if (path.isAbsolute(home)) return home;
    } catch {
      // Node.js throws if there is no entry of the user.
    }
  }
  return root;
}
