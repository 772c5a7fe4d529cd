/** Paths into a list of sub-jobs, which give the id of a sub-job: `sub_jobs[0].job_id`. */

/** What is before the last name of such a path. */
const BEFORE_NAME =
  /sub[_-]?jobs?["'`]?\]?(?:(?:\[[^\]\s]{0,20}\]|[./_-]\d{1,6}|\/sub[_-]?jobs?(?:\[\d{1,6}\])?)["'`]?\]?)?(?:\.|\[["'`]?|\/|->|::)[\w.]{0,40}/;
const BEGINNING = new RegExp(`${BEFORE_NAME.source}$`, 'i');
const PATH = new RegExp(`${BEFORE_NAME.source}job[._-]?(?:uu)?id(?![\\w-])`, 'gi');
/** In characters. */
export const MAX_PATH_LENGTH = 120;

/** Whether a text of at most `MAX_PATH_LENGTH` ends with the beginning of such a path, without its last name. */
export function isSubJobPathBegun(before: string): boolean {
  return /[.[/>:"'`]$/.test(before) && BEGINNING.test(before);
}

/** Whether such a path begins in the first of two short texts and ends in the second. */
export function isSubJobPathAcross(before: string, after: string): boolean {
  for (const { 0: path, index } of `${before}${after}`.matchAll(PATH)) {
    if (index < before.length && index + path.length > before.length) return true;
  }
  return false;
}
