/** Names of the ways to group, sort and filter the tree. */
import { l10n } from 'vscode';
import type { Arrangement, Filter, Grouping, Order } from './job-arrangement';

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
  }
}

export function filterWord(filter: Filter): string {
  switch (filter) {
    case 'all':
      return l10n.t('All jobs');
    case 'running':
      return l10n.t('Running');
    case 'failed':
      return l10n.t('Failed');
    case 'unseen':
      return l10n.t('Not seen yet');
  }
}

/** The active filters, e.g. `Failed · “clone”`; empty if all jobs are listed. */
export function filterWords({ filter, text }: Arrangement): string {
  const words = [filter === 'all' ? '' : filterWord(filter), text === '' ? '' : `“${text}”`];
  return words.filter((word) => word !== '').join(' · ');
}
