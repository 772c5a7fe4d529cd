/** Finds the projects that the jobs in a text belong to, and so the credentials that poll them. */
import { jsonEqual } from '../base/json/json-equal';
import type { EndpointOrigin } from '../cloud/places/endpoint';
import { elbEndpointOfRegion, REGIONS } from '../cloud/places/regions';
import type { JobReference } from '../jobs/model/job-reference';
import type { JobMention } from '../mentions/job-mention';
import type { JobMentions } from '../mentions/job-mentions';
import type { Profile } from './profiles/profile';

/** Where a job is that needs credentials. It may come from an untrusted text: the person confirms it in the step for the region. */
export interface WantedPlace {
  readonly endpoint?: EndpointOrigin | undefined;
  readonly projectId?: string | undefined;
}

export interface JobPlaces {
  readonly references: readonly JobReference[];
  /** The first job that cannot be tracked, if any. */
  readonly refusal?: PlaceRefusal | undefined;
}

/** No profile has the project or the endpoint of a job. */
export interface PlaceRefusal {
  /** The region or the endpoint, and the project. */
  readonly place: string;
  /** For the sign-in that the job needs. */
  readonly wanted: WantedPlace;
}

/** The profile for jobs whose project the text does not name. */
export interface ProfileChoice {
  readonly profile: Profile;
  /** Whether the person has just picked it: then a region that the text only hints at chooses no other. */
  readonly isPicked: boolean;
}

export function jobPlaces(
  mentions: readonly JobMention[],
  choice: ProfileChoice,
  profiles: readonly Profile[],
): JobPlaces {
  const places = mentions.map((mention) => placeOf(mention, choice, profiles));
  return {
    references: places.filter((place) => 'jobId' in place),
    refusal: places.find((place) => 'wanted' in place),
  };
}

/**
 * Returns whether the text itself names the projects of its jobs, so that the chosen profile makes no difference.
 * @param isHintEnough whether a region that the text only mentions counts
 */
export function namesItsPlaces(
  { mentions, candidates }: JobMentions,
  profiles: readonly Profile[],
  isHintEnough = true,
): boolean {
  const [first, ...others] = profiles.map((profile) =>
    jobPlaces([...mentions, ...candidates], { profile, isPicked: !isHintEnough }, profiles),
  );
  return first !== undefined && others.every((other) => jsonEqual(first, other));
}

/** Returns the job's reference, or the place that it needs credentials for. */
function placeOf(
  mention: JobMention,
  { profile: chosen, isPicked }: ProfileChoice,
  profiles: readonly Profile[],
): JobReference | PlaceRefusal {
  const { jobId, endpoint, projectId, region, regionHint } = mention;
  const [first, ...others] = [chosen, ...profiles].filter(
    (profile) =>
      (endpoint === undefined || profile.endpoint === endpoint) &&
      (projectId === undefined || profile.projectId === projectId),
  );
  if (first === undefined) {
    return {
      place: [region ?? endpoint, projectId].filter((part) => part !== undefined).join(' · '),
      wanted: wantedPlace(mention),
    };
  }
  const isFixed = regionHint === undefined || (isPicked && first === chosen);
  const hinted = isFixed ? undefined : [first, ...others].find((profile) => isInRegion(profile, regionHint));
  const { endpoint: ofProfile, projectId: project } = hinted ?? first;
  return { endpoint: ofProfile, projectId: project, jobId };
}

/** Returns the place that a text gives for a job. It proposes a region of Huawei Cloud that the text only mentions. */
export function wantedPlace({ endpoint, projectId, regionHint }: JobMention): WantedPlace {
  const isBuiltIn = REGIONS.some(({ id }) => id === regionHint);
  const hinted = regionHint !== undefined && isBuiltIn ? elbEndpointOfRegion(regionHint) : undefined;
  return { endpoint: endpoint ?? hinted, projectId };
}

/** The host names of other clouds contain their regions, too. */
function isInRegion({ endpoint, region }: Profile, id: string): boolean {
  return region === id || new URL(endpoint).hostname.split('.').includes(id);
}
