/** What `activate()` returns to other extensions, and the same as commands: small, since it is read at the start of the editor. */
import { commands } from 'vscode';
import type { ElbJobsApi, ElbJobTracker, Event, JobChange, JobData } from '../../api/elb-job-tracker';
import type { Disposable } from '../base/disposable';
import { API_COMMANDS } from './api/api-commands';
import { ApiError, invalidArgument } from './api/api-error';
import type { Automation } from './automation';

/** Of all other extensions together. */
export const MAX_API_LISTENERS = 1000;

export function exportedApi(load: () => Promise<Automation>): ElbJobTracker {
  const api = async () => (await load()).api;
  let listeners = 0;
  const event =
    <T>(name: 'onDidChange' | 'onDidEnd'): Event<T> =>
    (listener) => {
      if (typeof listener !== 'function') throw invalidArgument(`a function as the listener of ${name}`);
      if (listeners >= MAX_API_LISTENERS) {
        throw new ApiError('too-many', `There are ${listeners} listeners. Dispose of those that are not needed.`);
      }
      listeners += 1;
      let subscription: Disposable | undefined;
      let isDisposed = false;
      api().then(
        (loaded) => {
          if (!isDisposed) subscription = (loaded[name] as Event<T>)(listener);
        },
        // `load` logs it, and each call of the API rejects with it.
        () => undefined,
      );
      return {
        dispose: () => {
          if (!isDisposed) listeners -= 1;
          isDisposed = true;
          subscription?.dispose();
        },
      };
    };
  const version1: ElbJobsApi = Object.freeze({
    track: async (...given: Parameters<ElbJobsApi['track']>) => (await api()).track(...given),
    jobs: async () => (await api()).jobs(),
    get: async (job: Parameters<ElbJobsApi['get']>[0]) => (await api()).get(job),
    waitFor: async (...given: Parameters<ElbJobsApi['waitFor']>) => (await api()).waitFor(...given),
    onDidChange: event<JobChange>('onDidChange'),
    onDidEnd: event<JobData>('onDidEnd'),
  });
  return Object.freeze({
    getAPI: (version: unknown) => {
      if (version === 1) return version1;
      throw new RangeError(`ELB Job Tracker has no API version ${String(version)}. The only version is 1.`);
    },
  });
}

/** For other extension hosts, to which `activate()` returns nothing. */
export function registerApiCommands(load: () => Promise<Automation>): readonly Disposable[] {
  return API_COMMANDS.map((name) =>
    commands.registerCommand(`elbJobs.api.${name}`, async (...given: unknown[]) =>
      (await load()).api.runCommand(name, given),
    ),
  );
}
