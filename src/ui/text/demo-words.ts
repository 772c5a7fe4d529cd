/** Marks what is of the demo, wherever a person reads of a job: nobody is to take it for their own. */
import { l10n } from 'vscode';
import { isDemo } from '../../demo/demo-project';
import type { ProjectReference } from '../../jobs/model/project';

type Place = Pick<ProjectReference, 'endpoint'>;

/** The name as it is for a job of the cloud. */
export function markedName(place: Place, name: string): string {
  return isDemo(place) ? l10n.t('Demo: {job}', { job: name }) : name;
}

/** For a place that has a name beside it; undefined for a job of the cloud. */
export function demoMark(place: Place): string | undefined {
  return isDemo(place) ? l10n.t('Demo') : undefined;
}

/** Of a group of jobs, or above what is told of one; undefined for those of the cloud. */
export function demoHeading(place: Place): string | undefined {
  return isDemo(place) ? l10n.t('Demo data') : undefined;
}

/** Undefined for a job of the cloud. */
export function demoSentence(place: Place): string | undefined {
  return isDemo(place) ? l10n.t('Demo data: this is no job of Huawei Cloud.') : undefined;
}

/** For a number of jobs. */
export function markedCount(words: string, areDemo: boolean): string {
  return areDemo ? l10n.t('{words} (demo)', { words }) : words;
}
