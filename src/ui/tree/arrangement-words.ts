/** Names of the ways to group, sort and filter the tree. */
import { l10n } from 'vscode';
import type { ProjectReference } from '../../jobs/model/project';
import { demoHeading } from '../text/demo-words';
import { shownName } from '../text/job-words';
import { plainText } from '../text/plain-text';
import { withCommas, withDots } from '../text/punctuation';
import type { Filter, Grouping, JobFilter, Order } from './job-arrangement';

export function groupingWord(grouping: Grouping): string {
  switch (grouping) {
    case 'none':
      return l10n.t('No groups');
    case 'status':
      return l10n.t('Status');
    case 'project':
      return l10n.t('Project');
    case 'type':
      return l10n.t('Type');
  }
}

export function orderWord(order: Order): string {
  switch (order) {
    case 'newest':
      return l10n.t('Newest first');
    case 'oldest':
      return l10n.t('Oldest first');
    case 'status':
      return l10n.t('Status: failed first');
    case 'name':
      return l10n.t('Name: A to Z');
  }
}

export function filterWord(filter: Filter): string {
  switch (filter) {
    case 'running':
      return l10n.t('Running');
    case 'waiting':
      return l10n.t('Waiting for completion or rollback');
    case 'failed':
      return l10n.t('Failed');
    case 'succeeded':
      return l10n.t('Succeeded');
    case 'cancelled':
      return l10n.t('Cancelled');
    case 'other':
      return l10n.t('Status unknown');
    case 'unseen':
      return l10n.t('Not seen yet');
  }
}

/** Returns the name of a project, given its `projectName`. @param nameOf returns undefined if no credentials are for it */
export function projectLabel(project: string, nameOf: (project: ProjectReference) => string | undefined): string {
  const [endpoint = '', projectId = ''] = project.split(' ');
  return demoHeading({ endpoint }) ?? plainText(nameOf({ endpoint, projectId }) ?? projectId);
}

/** The active filters, e.g. `Running, Failed · “clone”`; empty if all jobs are listed. For `nameOf`, see `projectLabel`. */
export function filterWords(
  { filter, projects, types, text }: JobFilter,
  nameOf: (project: ProjectReference) => string | undefined,
): string {
  return withDots(
    [
      withCommas(filter.map(filterWord)),
      withCommas(projects.map((project) => projectLabel(project, nameOf))),
      withCommas(types.map(shownName)),
      text === '' ? '' : `“${plainText(text)}”`,
    ].filter((words) => words !== ''),
  );
}
