/** Which endings have been announced, over all windows and sessions. */
import type { JobKey } from '../model/job-reference';

/** Which endings are announced already. See JobDirectory. */
export interface EndingClaims {
  claims(): Promise<(key: JobKey, endingNumber: number) => boolean>;
  claimAnnouncement(key: JobKey, endingNumber: number): Promise<boolean>;
}
