/**
 * The limits of size of everything that enters from outside: responses, files, pasted text.
 *
 * What tracked jobs take on the disk:
 *
 * | What                                  | Limit                      | How it is kept                                         |
 * | ------------------------------------- | -------------------------- | ------------------------------------------------------ |
 * | The response for a job                | 256 KiB to 16 KiB          | its share of MAX_ANSWERS_BYTES; less is kept of others |
 * | The history of a job                  | 64 KiB                     | MAX_HISTORY_BYTES: the oldest statuses leave           |
 * | The file of a job                     | 2 MiB                      | MAX_JOB_FILE_BYTES: a larger one is quarantined        |
 * | A segment (`ended`)                   | 4 MiB                      | MAX_SEGMENT_BYTES, or a single job                     |
 * | Quarantined files of a folder         | 100 files, 32 MiB          | MAX_QUARANTINED_…: the oldest are removed              |
 * | `jobs`, `ended` and quarantined files | 512 MiB                    | MAX_STORE_BYTES: see StoreBytes and SegmentMerger    |
 */

const KIBIBYTE = 1024;
const MEBIBYTE = 1024 * KIBIBYTE;

/** Characters of a text field of a response. A longer text is cut, and marked as cut. */
export const MAX_FIELD_LENGTH = 4 * KIBIBYTE;
/** Characters of an id in a view. Keys and copies have the whole id. */
export const MAX_SHOWN_ID_LENGTH = 64;
/** Sub-jobs of a job in the tree and in the timeline. */
export const MAX_SHOWN_SUB_JOBS = 200;
/** Resources of a sub-job in the tree, in the timeline and in the report. */
export const MAX_SHOWN_ENTITIES = 50;

/** Load balancers and listeners of a job whose names are looked up. */
export const MAX_RESOURCES_OF_JOB = 200;
/** Load balancers and listeners of a project whose names are kept. */
export const MAX_KNOWN_RESOURCES = 2000;
/** Quotas of a project that are kept. */
export const MAX_KNOWN_QUOTAS = 50;

/** Other ids of a tracked job. */
export const MAX_ALIASES = 8;
/** Endings of a tracked job: a larger number in a file is damaged. */
export const MAX_ENDINGS = 1000;
/** Of the JSON of a job's history. */
export const MAX_HISTORY_BYTES = 64 * KIBIBYTE;
/** Of the JSON of a job's last response, as saved and as shown in its document. */
export const MAX_RAW_JOB_BYTES = 256 * KIBIBYTE;
/** Of the same, if so many jobs are tracked that their share of MAX_ANSWERS_BYTES is small, or if the disk is almost full of jobs. */
export const MIN_RAW_JOB_BYTES = 16 * KIBIBYTE;
/**
 * Of the last responses for all tracked jobs together, of which each response gets an equal share when it comes. Responses that came
 * while fewer jobs were tracked keep their larger shares, so MAX_STORE_BYTES limits the total.
 */
export const MAX_ANSWERS_BYTES = 256 * MEBIBYTE;
/**
 * Of the files of all tracked jobs together, quarantined ones included. Once it is almost reached, each new response gets
 * MIN_RAW_JOB_BYTES, and jobs that ended first lose the larger responses that are on disk only. What views show of a job is
 * never removed: if that alone is more, the log says so.
 */
export const MAX_STORE_BYTES = 512 * MEBIBYTE;
/** Quarantined files of a folder. */
export const MAX_QUARANTINED_FILES = 100;
/** Of these together, without the newest. */
export const MAX_QUARANTINED_BYTES = 32 * MEBIBYTE;
/** Sub-jobs of a job in memory and on disk. */
export const MAX_SUB_JOBS = 2000;
/** Jobs that may be tracked before new jobs of followed projects are not added any more. */
export const MAX_TRACKED_JOBS = 5000;
/** Stored jobs that are added to the list before other work has its turn. */
export const MAX_ADOPTED_JOBS = 256;
/** Changed jobs and sub-jobs of a list that are applied before other work has its turn. */
export const MAX_APPLIED_TOGETHER = 1000;
/** Ended jobs that are removed from the disk before one of them can be tracked again. */
export const MAX_REMOVED_TOGETHER = 256;
/** Of the JSON of the list of recently removed jobs. */
export const MAX_REMOVED_JOBS_BYTES = 128 * KIBIBYTE;

/** Of one response for a job. */
export const MAX_SHOW_JOB_BYTES = 8 * MEBIBYTE;
/** Of all pages of a list together. */
export const MAX_LIST_BYTES = 32 * MEBIBYTE;
/** Of one response for load balancers, listeners or quotas. */
export const MAX_RESOURCES_BYTES = 8 * MEBIBYTE;
/** Characters of the name of a load balancer or a listener: the service's maximum. */
export const MAX_RESOURCE_NAME_LENGTH = 255;
/** Characters of a state, an address or a unit of the same. */
export const MAX_RESOURCE_FIELD_LENGTH = 64;
/** Characters of an id in the query of a request, which has up to 100; usual are 36. */
export const MAX_QUERIED_ID_LENGTH = 64;
/** Characters of the marker of a list's next page. */
export const MAX_MARKER_LENGTH = 512;

/** Characters of an access key or a secret key; usual are 20 and 40. */
export const MAX_KEY_LENGTH = 512;
/** Characters of a security token or an IAM token: far more than those of the service have. */
export const MAX_TOKEN_LENGTH = 32 * KIBIBYTE;
/** Of a key file of another program. */
export const MAX_KEY_FILE_BYTES = MEBIBYTE;
/** Lines, or lists, objects and their items, of a key file: it is parsed before each request. */
export const MAX_KEY_FILE_PARTS = 10_000;
/** Characters of a pasted text that are searched for job ids. */
export const MAX_PASTED_LENGTH = 256 * KIBIBYTE;
/** Brackets within each other in a text that is searched for job ids. */
export const MAX_BRACKET_DEPTH = 1000;

/** Of the file of a tracked job. The usual one has 4 KiB. */
export const MAX_JOB_FILE_BYTES = 2 * MEBIBYTE;
/** Of the same from an older version, which saved whole responses. */
export const MAX_OLD_JOB_FILE_BYTES = MAX_SHOW_JOB_BYTES + MAX_JOB_FILE_BYTES;
/** Ended jobs that share a file. */
export const MAX_SEGMENT_JOBS = 256;
/** Of that file, unless a single job needs more. */
export const MAX_SEGMENT_BYTES = 4 * MEBIBYTE;
/** Of the same when it is read: the last job may be a large one. */
export const MAX_SEGMENT_FILE_BYTES = MAX_SEGMENT_BYTES + 2 * MAX_JOB_FILE_BYTES;
/** Files of ended jobs. */
export const MAX_SEGMENTS = 1024;
/** Of the list of these files, with the keys of jobs that are no longer in them. */
export const MAX_MANIFEST_BYTES = 16 * MEBIBYTE;
/** Of any other file that windows share, unless it is a small one. */
export const MAX_STATE_FILE_BYTES = MEBIBYTE;
/** Of a lock, a lease, a budget, a refusal. */
export const MAX_SMALL_FILE_BYTES = 64 * KIBIBYTE;
/** Of the part of a file that is read at once. */
export const MAX_READ_PART_BYTES = 16 * MEBIBYTE;
/** Claims, e.g. of announcements, that a window remembers to have won. */
export const MAX_REMEMBERED_CLAIMS = 2 * MAX_TRACKED_JOBS;
/** Objects and lists in a file that windows share: JSON.parse takes seconds for millions. A response may be one per two bytes. */
export const MAX_FILE_PARTS = MAX_RAW_JOB_BYTES / 2 + 10_000;
/** The end of the year 9999: a later time in a file is damaged. */
export const MAX_INSTANT = Date.UTC(10_000, 0) - 1;
/** Jobs of one pasted text. */
export const MAX_MENTIONS = 300;
/** Characters of a document whose job ids are links. */
export const MAX_LINKED_DOCUMENT_LENGTH = 1_000_000;
/** Characters of a line of a terminal whose job ids are links. */
export const MAX_LINKED_LINE_LENGTH = 20_000;
/** Links in a document or in a line. */
export const MAX_JOB_LINKS = 1000;
/** Characters of an endpoint or a URL that a person enters. */
export const MAX_PLACE_LENGTH = 8 * KIBIBYTE;
/** Characters of a text that a person enters in one line, other than a pasted text. */
export const MAX_INPUT_LENGTH = 32 * KIBIBYTE;
/** Characters of the text by which the list is filtered: each job is searched for it. */
export const MAX_FILTER_TEXT_LENGTH = 500;
/** Projects, and types, by which the list is filtered. */
export const MAX_FILTER_VALUES = 100;
/** Characters of a line of the log. */
export const MAX_LOG_LINE_LENGTH = 4 * KIBIBYTE;
