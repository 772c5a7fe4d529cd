/** The names of the folders and files in the extension's global storage. */

/** The names of the folders in the extension's global storage. They never change: other versions read the same folders. */
export const STORAGE_FOLDERS = {
  jobs: 'jobs',
  announced: 'announced',
  leases: 'leases',
  budgets: 'budgets',
  refusals: 'refusals',
  trials: 'trials',
  notices: 'notices',
  follow: 'follow',
  ended: 'ended',
  resources: 'resources',
} as const;

const UUID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
/** In the global storage folder, or in one of its folders: named by a hash and a number or another hash. */
const STATE_FILE = `(?:profiles\\.json|segments\\.json|mover|paused|salt|expiry-[0-9a-f]{16}-\\d{1,16}|upgrade-[0-9a-f]{16,64}(?:-\\d{1,16})?|[0-9a-f]{16,64}(?:\\.[0-9a-f]{1,64})?(?:\\.json|\\.segment)?)`;
const STATE = new RegExp(`^${STATE_FILE}$`);
const QUARANTINED = new RegExp(`^${STATE_FILE}\\.unreadable-[\\w-]{1,64}$`);
/** Of a file that is moved aside before it is removed, and that another process may still need. */
export const MOVED_SUFFIX = '.moved';
const MOVED = new RegExp(`^${STATE_FILE}\\.${UUID}\\.moved$`);
const LEFTOVER = new RegExp(`^${STATE_FILE}(?:\\.lock|\\.${UUID}\\.tmp)+$`);

/** Whether a name is that of a file of this extension, of a lock, or of a file that was moved aside. */
export function isOurs(name: string): boolean {
  return STATE.test(name) || isMoved(name) || isLeftover(name) || isQuarantined(name);
}

/** Whether a name is that of a file that was moved aside before its removal. */
export function isMoved(name: string): boolean {
  return MOVED.test(name);
}

/** Whether a name is that of a file that Quarantine moved aside. */
export function isQuarantined(name: string): boolean {
  return QUARANTINED.test(name);
}

/** Whether a name is that of a lock or of a temporary file of this extension. */
export function isLeftover(name: string): boolean {
  return LEFTOVER.test(name);
}
