/** Tracks the jobs in a URI from outside VS Code, after the person has confirmed the jobs and the credentials. */
import { l10n, type Uri, type UriHandler, window } from 'vscode';
import type { CredentialManager } from '../../credentials/credential-manager';
import type { Profile } from '../../credentials/profiles/profile';
import {
  MAX_REQUESTED_JOBS,
  readTrackRequest,
  type TrackRequest,
  type TrackRequestProblem,
} from '../../mentions/track-request';
import type { Instant } from '../../base/clock';
import { SECOND } from '../../base/time-units';
import type { WindowContext } from '../../storage/window-context';
import { plainText, truncate } from '../text/plain-text';
import { askProfile } from '../selection/profile-picker';
import type { ProfileCommands } from '../sign-in/profile-commands';
import { profileLine, profileWord } from '../text/profile-words';
import { askAlone } from '../editor/input-steps';
import type { TrackCommand } from './track-command';

interface TrackUriHandlerParts extends Pick<WindowContext, 'clock' | 'log'> {
  readonly credentials: CredentialManager;
  readonly profiles: Pick<ProfileCommands, 'add'>;
  readonly track: Pick<TrackCommand, 'track'>;
  /** Resolves when the saved jobs and profiles are loaded. */
  readonly ready: Promise<void>;
}

/** A page that opens many invalid URIs causes one notification. */
const MIN_BETWEEN_NOTICES_MS = 10 * SECOND;

export class TrackUriHandler implements UriHandler {
  /** While a question is open, further URIs are dropped: a page can open any number. */
  private isAsking = false;
  private noticedAt: Instant | undefined;

  constructor(private readonly parts: TrackUriHandlerParts) {}

  async handleUri(uri: Uri): Promise<void> {
    if (this.isAsking) {
      this.parts.log.warn('A URI was dropped, because the question about an earlier one is still open.');
      return;
    }
    this.isAsking = true;
    try {
      await this.parts.ready;
      const reading = readTrackRequest(uri);
      if (reading.ok) await this.trackIfConfirmed(reading.request);
      else this.reject(problemSentence(reading.problem, reading.parameter));
    } finally {
      this.isAsking = false;
    }
  }

  private async trackIfConfirmed(request: TrackRequest): Promise<void> {
    const { credentials, clock } = this.parts;
    const profile = await this.profileFor(request);
    if (profile === undefined) return;
    const credentialsLine = profileLine(profile, credentials.endOf(profile), clock.now());
    if (!(await isConfirmed(request, profile, credentialsLine))) return;
    const { endpoint, projectId } = profile;
    await this.parts.track.track(request.jobIds.map((jobId) => ({ endpoint, projectId, jobId })));
  }

  /** Returns one of the person's own profiles; the URI can only narrow the choice. */
  private async profileFor(request: TrackRequest): Promise<Profile | undefined> {
    let matching = this.matching(request);
    if (matching.length === 0) {
      if (!(await this.wasAddingChosen(request))) return undefined;
      await this.parts.profiles.add();
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
      { modal: true, detail: jobIds.join('\n') },
      add,
    );
    return chosen === add;
  }

  private reject(sentence: string): void {
    const now = this.parts.clock.now();
    this.parts.log.warn(`A URI was rejected: ${sentence}`);
    if (this.noticedAt !== undefined && Math.abs(now - this.noticedAt) < MIN_BETWEEN_NOTICES_MS) return;
    this.noticedAt = now;
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
        ...jobIds,
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
