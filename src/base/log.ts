/** The log of the extension, e.g. the editor's log channel. Lines are in English and hold no secrets. */
export interface Log {
  debug(line: string): void;
  info(line: string): void;
  warn(line: string): void;
  error(line: string): void;
}
