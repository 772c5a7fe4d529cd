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
} as const;
