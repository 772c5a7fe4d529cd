/** Where the domain writes what it does; lines are English and hold no secret. The editor's log channel fits. */
export interface Log {
  debug(line: string): void;
  info(line: string): void;
  warn(line: string): void;
  error(line: string): void;
}
