/** Tracks jobs that a URI from outside names, once the person has said yes to just these with just those credentials. */
import { l10n, type Uri, type UriHandler, window } from 'vscode';
import type { CredentialManager } from '../../credentials/credential-manager';
import type { Profile } from '../../credentials/profiles/profile';
import {
  MAX_REQUESTED_JOBS,
  readTrackRequest,
  type TrackRequest,
  type TrackRequestProblem,
} from '../../mentions/track-request';
import type { Clock, Instant } from '../../base/clock';
import type { Log } from '../../base/log';
import { plainText, shortened } from '../text/plain-text';
import { askProfile, type ProfileCommands } from '../sign-in/profile-commands';
import { profileLine, profileWord } from '../text/profile-words';
import { askAlone } from '../editor/input-steps';
import type { TrackCommand } from './track-command';

export interface TrackUriHandlerParts {
  readonly credentials: CredentialManager;
  readonly profiles: Pick<ProfileCommands, 'add'>;
  readonly track: Pick<TrackCommand, 'track'>;
  readonly clock: Clock;
  readonly log: Log;
  /** Resolves when jobs and profiles of earlier sessions are there. */
  readonly ready: Promise<void>;
}

/** Milliseconds: a page that opens many URIs is answered once. */
const BETWEEN_NOTICES = 10_000;

export class TrackUriHandler implements UriHandler {
  /** A page may open any number of URIs: while the person is asked about one, the others are dropped. */
  private isAsking = false;
  private noticedAt: Instant | undefined;

  constructor(private readonly parts: TrackUriHandlerParts) {}

  async handleUri(uri: Uri): Promise<void> {
    if (this.isAsking) {
      this.parts.log.warn('A URI that asks to track jobs was dropped, since another is being asked about.');
      return;
    }
    this.isAsking = true;
    try {
      await this.parts.ready;
      const reading = readTrackRequest(uri);
      if (reading.ok) await this.ask(reading.request);
      else this.refuse(problemSentence(reading.problem, reading.parameter));
    } finally {
      this.isAsking = false;
    }
  }

  private async ask(request: TrackRequest): Promise<void> {
    const { credentials, clock } = this.parts;
    const profile = await this.profileFor(request);
    if (profile === undefined) return;
    const credentialsLine = profileLine(profile, credentials.endOf(profile), clock.now());
    if (!(await isConfirmed(request, profile, credentialsLine))) return;
    const { endpoint, projectId } = profile;
    await this.parts.track.track(request.jobIds.map((jobId) => ({ endpoint, projectId, jobId })));
  }

  /** One of the person's own; nothing in the URI can lead elsewhere. */
  private async profileFor(request: TrackRequest): Promise<Profile | undefined> {
    let fitting = this.fitting(request);
    if (fitting.length === 0) {
      if (!(await this.isToAdd(request))) return undefined;
      await this.parts.profiles.add();
      fitting = this.fitting(request);
    }
    const [first, ...others] = fitting;
    if (others.length === 0 || first?.isDefault === true) return first;
    return askAlone((frame) => askProfile(frame, fitting), l10n.t('Track ELB Job'));
  }

  private fitting({ projectId, region }: TrackRequest): readonly Profile[] {
    return this.parts.credentials
      .all()
      .filter(
        (profile) =>
          (projectId === undefined || profile.projectId === projectId) &&
          (region === undefined || profile.region === region),
      );
  }

  private async isToAdd({ jobIds, projectId, region }: TrackRequest): Promise<boolean> {
    const add = l10n.t('Add Credentials');
    const place = [region, projectId].filter((word) => word !== undefined).join(' · ');
    const chosen = await window.showWarningMessage(
      place === ''
        ? l10n.t('A link asks to track ELB jobs, and you are not signed in.')
        : l10n.t('A link asks to track ELB jobs of {place}, for which you have no credentials.', { place }),
      { modal: true, detail: jobIds.join('\n') },
      add,
    );
    return chosen === add;
  }

  private refuse(sentence: string): void {
    const now = this.parts.clock.now();
    this.parts.log.warn(`A URI was refused: ${sentence}`);
    if (this.noticedAt !== undefined && Math.abs(now - this.noticedAt) < BETWEEN_NOTICES) return;
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
        l10n.t('Only say yes if you expect this link. Requests for these jobs are sent with your credentials.'),
      ].join('\n'),
    },
    track,
  );
  return chosen === track;
}

function problemSentence(problem: TrackRequestProblem, parameter: string | undefined): string {
  switch (problem) {
    case 'other':
      return l10n.t('This link asks for something that ELB Job Tracker does not do. It can only track jobs.');
    case 'foreign':
      return l10n.t(
        'This link was refused: it carries “{parameter}”. A link can name jobs, a project and a region; endpoints and keys come from your own credentials only.',
        { parameter: shortened(plainText(parameter ?? ''), 40) },
      );
    case 'no-job':
      return l10n.t('This link names no job. It needs a job_id.');
    case 'bad-job':
      return l10n.t('A job ID may contain only letters, digits, hyphens and underscores (up to 64 characters).');
    case 'too-many':
      return l10n.t('This link names too many jobs. Up to {count} can be tracked by one.', {
        count: MAX_REQUESTED_JOBS,
      });
    case 'bad-place':
      return l10n.t('The project or the region that this link names cannot be one.');
  }
}
