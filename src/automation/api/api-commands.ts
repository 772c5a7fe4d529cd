/** The commands that give other extension hosts what the exported API gives: `elbJobs.api.` and a name. */

export const API_COMMANDS = ['track', 'get', 'waitFor'] as const;

export type ApiCommand = (typeof API_COMMANDS)[number];
