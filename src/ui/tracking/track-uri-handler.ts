/** Tracks the jobs in a URI from outside VS Code, after the person has confirmed the jobs and the credentials. */
import { env, l10n, type Uri, type UriHandler, window } from 'vscode';
import { elbEndpointOfRegion } from '../../cloud/places/regions';
import type { CredentialManager } from '../../credentials/credential-manager';
import type { Profile } from '../../credentials/profiles/profile';
import {
  MAX_REQUESTED_JOBS,
  readTrackRequest,
  type TrackRequest,
  type TrackRequestProblem,
} from '../../mentions/track-request';
import { MINUTE, SECOND } from '../../base/time-units';
import type { WindowContext } from '../../storage/window-context';
import { formatTime } from '../text/date-time';
import { plainText, truncate } from '../text/plain-text';
import { withFlaw } from '../text/mention-words';
import { askProfile } from '../selection/profile-picker';
import type { ProfileCommands } from '../sign-in/profile-commands';
import { profileLine, profileWord } from '../text/profile-words';
import { askAlone } from '../editor/input-steps';
import { LinkPause } from './link-pause';
import type { TrackCommand } from './track-command';

interface TrackUriHandlerParts extends Pick<WindowContext, 'clock' | 'log'> {
  readonly credentials: CredentialManager;
  readonly profiles: Pick<ProfileCommands, 'add'>;
  readonly track: Pick<TrackCommand, 'track'>;
  /** Resolves when the saved jobs and profiles are loaded. */
  readonly ready: Promise<void>;
}

export class TrackUriHandler implements UriHandler {
  /** While a question is open, further URIs are dropped: a page can open any number. */
  private isAsking = false;
  private hasDropped = false;
  private readonly pause: LinkPause;
  /** Between notifications about invalid links: a page that opens many causes one. */
  private readonly noticePause: LinkPause;

  constructor(private readonly parts: TrackUriHandlerParts) {
    this.pause = new LinkPause(parts.clock);
    this.noticePause = new LinkPause(parts.clock);
  }

  async handleUri(uri: Uri): Promise<void> {
    if (this.isAsking) {
      if (!this.hasDropped)
        this.parts.log.warn('Links are dropped while the question about an earlier one is still open.');
      this.hasDropped = true;
      return;
    }
    this.isAsking = true;
    this.hasDropped = false;
    try {
      await this.parts.ready;
      const reading = readTrackRequest(uri);
      if (!reading.ok) this.reject(problemSentence(reading.problem, reading.parameter));
      else if (this.pause.isOn) this.ignore();
      else await this.ask(reading.request);
    } finally {
      this.isAsking = false;
    }
  }

  private async ask(request: TrackRequest): Promise<void> {
    const profile = await this.confirmedProfile(request);
    if (profile === undefined) {
      this.pause.declined();
      this.parts.log.info(`A link was declined. Links are ignored for ${this.pause.remainingMs / SECOND} s.`);
      return;
    }
    this.pause.accepted();
    const { endpoint, projectId } = profile;
    await this.parts.track.track(request.jobIds.map((jobId) => ({ endpoint, projectId, jobId })));
  }

  /** Says once in each pause that links are ignored. */
  private ignore(): void {
    const { remainingMs } = this.pause;
    if (this.pause.noteIgnored() > 1) return;
    const { log, clock } = this.parts;
    log.warn(`Links are ignored for ${Math.ceil(remainingMs / SECOND)} s more, because the last one was declined.`);
    // Without seconds, an earlier time would be shown.
    const until = Math.ceil((clock.now() + remainingMs) / MINUTE) * MINUTE;
    void window.showInformationMessage(
      l10n.t('You declined a link, so links are ignored until {time}. To track a job now, run "Track ELB Job".', {
        time: formatTime(until, env.language),
      }),
    );
  }

  /** @returns undefined if the person declined. */
  private async confirmedProfile(request: TrackRequest): Promise<Profile | undefined> {
    const { credentials, clock } = this.parts;
    const profile = await this.profileFor(request);
    if (profile === undefined) return undefined;
    const credentialsLine = profileLine(profile, credentials.endOf(profile), clock.now());
    return (await isConfirmed(request, profile, credentialsLine)) ? profile : undefined;
  }

  /** Returns one of the person's own profiles; the URI can only narrow the choice. */
  private async profileFor(request: TrackRequest): Promise<Profile | undefined> {
    let matching = this.matching(request);
    if (matching.length === 0) {
      if (!(await this.wasAddingChosen(request))) return undefined;
      const { projectId, region } = request;
      const endpoint = region === undefined ? undefined : elbEndpointOfRegion(region);
      await this.parts.profiles.add({ command: l10n.t('Track ELB Job'), wanted: { endpoint, projectId } });
      matching = this.matching(request);
    }
    const [first, ...others] = matching;
    if (others.length === 0 || first?.isDefault === true) return first;
    return askAlone((frame) => askProfile(frame, matching), l10n.t('Track ELB Job'));
  }

  private matching({ projectId, region }: TrackRequest): readonly Profile[] {
    return this.parts.credentials
      .all()
      .filter(
        (profile) =>
          (projectId === undefined || profile.projectId === projectId) &&
          (region === undefined || profile.region === region),
      );
  }

  private async wasAddingChosen({ jobIds, projectId, region }: TrackRequest): Promise<boolean> {
    const add = l10n.t('Add Credentials');
    const place = [region, projectId].filter((word) => word !== undefined).join(' · ');
    const chosen = await window.showWarningMessage(
      place === ''
        ? l10n.t('A link asks to track ELB jobs, but you are not signed in.')
        : l10n.t('A link asks to track ELB jobs of {place}, but you have no credentials for it.', { place }),
      { modal: true, detail: jobIds.map(withFlaw).join('\n') },
      add,
    );
    return chosen === add;
  }

  private reject(sentence: string): void {
    if (this.noticePause.isOn) return;
    this.noticePause.declined();
    this.parts.log.warn(`A link was rejected: ${sentence}`);
    void window.showErrorMessage(sentence);
  }
}

async function isConfirmed({ jobIds }: TrackRequest, profile: Profile, credentialsLine: string): Promise<boolean> {
  const track = l10n.t('Track');
  const chosen = await window.showWarningMessage(
    jobIds.length === 1
      ? l10n.t('A link asks to track an ELB job with {profile}.', { profile: profileWord(profile) })
      : l10n.t('A link asks to track {count} ELB jobs with {profile}.', {
          count: jobIds.length,
          profile: profileWord(profile),
        }),
    {
      modal: true,
      detail: [
        ...jobIds.map(withFlaw),
        '',
        l10n.t('Credentials: {profile}', { profile: credentialsLine }),
        l10n.t('Endpoint: {endpoint}', { endpoint: profile.endpoint }),
        '',
        l10n.t('Track only if you expect this link. The jobs are polled with your credentials.'),
      ].join('\n'),
    },
    track,
  );
  return chosen === track;
}

function problemSentence(problem: TrackRequestProblem, parameter: string | undefined): string {
  switch (problem) {
    case 'unknown-path':
      return l10n.t('This link is not supported. A link can only track jobs.');
    case 'unknown-parameter':
      return l10n.t(
        'This link was rejected because it contains “{parameter}”. A link may only contain jobs, a project and a region; endpoints and keys come from your own credentials.',
        { parameter: truncate(plainText(parameter ?? ''), 40) },
      );
    case 'no-job':
      return l10n.t('This link contains no job. Add a job_id to it.');
    case 'bad-job':
      return l10n.t('A job ID may contain only letters, digits, hyphens and underscores (up to 64 characters).');
    case 'too-many':
      return l10n.t('This link contains too many jobs. A link can track up to {count}.', {
        count: MAX_REQUESTED_JOBS,
      });
    case 'bad-place':
      return l10n.t('This link has an invalid project ID or region.');
  }
}
