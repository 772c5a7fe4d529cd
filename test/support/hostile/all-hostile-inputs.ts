/** All hostile inputs that tests try, in the order of the table in SECURITY.md. */
import { ENDPOINT_FORMS } from './endpoints';
import { FILE_MODES } from './file-modes';
import { HIDDEN_CHARACTERS } from './hidden-characters';
import { HOSTILE_JOBS, HOSTILE_TIMES } from './hostile-jobs';
import { HOSTILE_KEY_FILES } from './key-files';
import { LARGE_JOBS } from './large-jobs';
import { LARGE_LISTS } from './large-lists';
import { DAMAGED_FAILURES, STRANGE_FAILURE_TIMES, UNBELIEVABLE_DATES, UNUSABLE_SALTS } from './lock-out';
import { PAGE_SOURCES } from './page-sources';
import { PASTED_TEXTS } from './pasted-texts';
import { PROPOSED_ENDPOINTS } from './proposed-endpoints';
import { HEADER_INJECTIONS, HOSTILE_IDS, HOSTILE_PATHS } from './requests';
import { HOSTILE_BODIES, HOSTILE_REDIRECTS } from './responses';
import { SECRET_TEXTS } from './secret-texts';
import {
  DAMAGED_BUDGETS,
  DAMAGED_FOLLOW_NUMBERS,
  DAMAGED_JOB_NUMBERS,
  DAMAGED_JOB_TEXTS,
  FOREIGN_GENERATIONS,
  FOREIGN_NAMES,
  LEASE_TEXTS,
  LOCK_TEXTS,
  OCCUPANTS,
  POLLUTED_JOB_FILES,
} from './state-files';
import { TRACK_URIS } from './track-uris';
import { UNSENDABLE_KEYS } from './unsendable-keys';
import type { HostileInputs } from './hostile-inputs';

export const ALL_HOSTILE_INPUTS: readonly HostileInputs<unknown>[] = [
  ENDPOINT_FORMS,
  PROPOSED_ENDPOINTS,
  TRACK_URIS,
  HOSTILE_IDS,
  HEADER_INJECTIONS,
  HOSTILE_PATHS,
  UNSENDABLE_KEYS,
  HOSTILE_KEY_FILES,
  UNUSABLE_SALTS,
  DAMAGED_FAILURES,
  STRANGE_FAILURE_TIMES,
  UNBELIEVABLE_DATES,
  HOSTILE_BODIES,
  HOSTILE_REDIRECTS,
  LARGE_LISTS,
  LARGE_JOBS,
  HOSTILE_JOBS,
  HOSTILE_TIMES,
  HIDDEN_CHARACTERS,
  PAGE_SOURCES,
  SECRET_TEXTS,
  PASTED_TEXTS,
  DAMAGED_JOB_NUMBERS,
  DAMAGED_FOLLOW_NUMBERS,
  DAMAGED_BUDGETS,
  DAMAGED_JOB_TEXTS,
  POLLUTED_JOB_FILES,
  OCCUPANTS,
  FOREIGN_NAMES,
  FOREIGN_GENERATIONS,
  LEASE_TEXTS,
  LOCK_TEXTS,
  FILE_MODES,
];
