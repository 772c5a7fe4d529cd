/** Marks demo jobs in all texts, so that they are not taken for real jobs. */
import { l10n } from 'vscode';
import { isDemo } from '../../demo/demo-project';
import type { ProjectReference } from '../../jobs/model/project';

type Place = Pick<ProjectReference, 'endpoint'>;

/** Returns the name, with a mark if the job is of the demo. */
export function withDemoMark(place: Place, name: string): string {
  return isDemo(place) ? l10n.t('Demo: {job}', { job: name }) : name;
}

/** A mark to show beside a name; undefined for jobs of the cloud. */
export function demoMark(place: Place): string | undefined {
  return isDemo(place) ? l10n.t('Demo') : undefined;
}

/** A heading for a group of jobs or for a job's page; undefined for jobs of the cloud. */
export function demoHeading(place: Place): string | undefined {
  return isDemo(place) ? l10n.t('Demo data') : undefined;
}

/** A sentence for a job's details; undefined for jobs of the cloud. */
export function demoSentence(place: Place): string | undefined {
  return isDemo(place) ? l10n.t('Demo data: this is not a Huawei Cloud job.') : undefined;
}

/** Adds the mark to a text such as `3 running`. */
export function countWithDemoMark(words: string, areDemo: boolean): string {
  return areDemo ? l10n.t('{words} (demo)', { words }) : words;
}
