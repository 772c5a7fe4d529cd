/** The command that opens a job's load balancers in the Huawei Cloud console. */
import { env, l10n, Uri, window } from 'vscode';
import { regionOfEndpoint } from '../../cloud/places/regions';
import type { TrackedJob } from '../../jobs/model/tracked-job';
import { demoSentence } from '../text/demo-words';
import type { JobSelection } from '../selection/job-selection';
import { resourceWord, shortId } from '../text/job-words';
import { plainText } from '../text/plain-text';
import { askAlone, askChoice } from '../editor/input-steps';
import { consoleLinks, type ConsoleLink, hasDeletedLoadBalancers } from '../text/console-links';

/** More would make the list slow. Any other is opened from its own row, or by its id in the JSON document. */
const MAX_CHOICES = 200;

export class ConsoleCommand {
  constructor(private readonly selection: JobSelection) {}

  /** @param clicked the row of a job, of a load balancer, or any other row below a job. */
  async open(clicked: unknown): Promise<void> {
    const job = await this.selection.job('elbJobs.openInConsole', clicked);
    if (job === undefined) return;
    const { tracked } = job;
    const links = consoleLinks(tracked);
    const clickedId = resourceIdOf(clicked);
    const only = links.length === 1 ? links[0] : links.find(({ id }) => id === clickedId);
    if (only !== undefined) await open(only);
    else if (links.length === 0) void window.showInformationMessage(noLinkSentence(tracked));
    else await this.pick(links, tracked);
  }

  /** For the button of a notification. */
  async openOf(tracked: TrackedJob): Promise<void> {
    const links = consoleLinks(tracked);
    if (links[0] !== undefined && links.length === 1) await open(links[0]);
    else await this.pick(links, tracked);
  }

  private async pick(links: readonly ConsoleLink[], tracked: TrackedJob): Promise<void> {
    const link = await askAlone(
      (frame) =>
        askChoice(frame, {
          placeHolder: l10n.t('Which load balancer?'),
          choices: links.slice(0, MAX_CHOICES).map((value) => ({
            label: resourceWord(tracked, value.id) ?? plainText(shortId(value.id)),
            description: plainText(value.id),
            value,
          })),
        }),
      l10n.t('Open Load Balancer in Console'),
    );
    if (link !== undefined) await open(link);
  }
}

async function open({ url }: ConsoleLink): Promise<void> {
  await env.openExternal(Uri.parse(url));
}

function noLinkSentence({ job, reference }: TrackedJob): string {
  if (job === undefined) return l10n.t('The service has not returned data for this job yet.');
  const { endpoint } = reference;
  const demo = demoSentence(reference);
  if (demo !== undefined) return demo;
  if (regionOfEndpoint(endpoint) === undefined) {
    return l10n.t('The console for {endpoint} is unknown, so the load balancer cannot be opened.', { endpoint });
  }
  return hasDeletedLoadBalancers(job)
    ? l10n.t('This job has deleted its load balancers.')
    : l10n.t('This job has no load balancer to open.');
}

function resourceIdOf(row: unknown): string | undefined {
  if (typeof row !== 'object' || row === null || !('entity' in row)) return undefined;
  const { entity } = row;
  const isNamed = typeof entity === 'object' && entity !== null && 'resourceId' in entity;
  return isNamed && typeof entity.resourceId === 'string' ? entity.resourceId : undefined;
}
