/** The forms that Huawei Cloud gives its ids. */

/** Matches the documented form of the ids of jobs and of most resources. */
export function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
}

/** Accepts any id that is safe in a URL path: the service does not document the form of job ids. */
export function isJobId(text: string): boolean {
  return /^[A-Za-z0-9_-]{1,64}$/.test(text);
}

/** Matches 32 lower-case letters and digits. */
export function isProjectId(text: string): boolean {
  return /^[a-z0-9]{32}$/.test(text);
}
