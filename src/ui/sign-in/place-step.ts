/**
 * The sign-in step for the region or endpoint. A proposed endpoint is used only if the person chooses it; it has the name of
 * its host, whatever region proposed it.
 */
import { env, l10n, QuickPickItemKind } from 'vscode';
import type { ProposedEndpoint } from '../../credentials/sources/environment';
import { type Cloud, elbEndpointIn, isHuaweiCloud, mayBeIn } from '../../cloud/places/clouds';
import type { EndpointOrigin } from '../../cloud/places/endpoint';
import { parsePlace, type Place } from '../../cloud/places/parse-place';
import { elbEndpointOfRegion, isRegion, type Region, regionOfEndpoint, REGIONS } from '../../cloud/places/regions';
import { placeProblem } from '../text/place-words';
import { plainText } from '../text/plain-text';
import type { ProfileDraft } from './profile-draft';
import { askChoice, BACK, type Choice, type Step } from '../editor/input-steps';

type PlaceChoice = Choice<Place | undefined>;

export function placeStep(draft: ProfileDraft, proposals: readonly ProposedEndpoint[]): Step {
  return async (frame) => {
    const listed = listedChoices(draft, proposals);
    const choices = [...earlierChoice(draft, listed), ...listed];
    const answer = await askChoice<Place | undefined>(frame, {
      placeHolder: questionOf(cloudOfKeys(draft)),
      choices,
      isActive: (place) => place?.endpoint === draft.place?.endpoint,
      fromText: (text) => typedChoices(text, choices, cloudOfKeys(draft)),
    });
    if (answer === undefined || answer === BACK) return answer;
    if (answer.endpoint !== draft.place?.endpoint) draft.forgetPlace();
    draft.place = answer;
    if (answer.projectId !== undefined && answer.projectId !== draft.projectId) {
      draft.projectId = answer.projectId;
      draft.projectName = undefined;
    }
    return 'answered';
  };
}

/** The cloud that the chosen keys are for, as far as they say. */
function cloudOfKeys({ source }: ProfileDraft): Cloud | undefined {
  return typeof source === 'object' ? source.cloud : undefined;
}

function questionOf(cloud: Cloud | undefined): string {
  if (cloud === undefined || isHuaweiCloud(cloud)) {
    return l10n.t('Region of the load balancers; or paste an endpoint or a console URL');
  }
  return cloud.domain === undefined
    ? l10n.t('These keys are for another cloud than Huawei Cloud: paste its ELB endpoint')
    : l10n.t('These keys are for {cloud}: enter a region of it, or paste its ELB endpoint', {
        cloud: plainText(cloud.domain),
      });
}

/** The earlier answer, if the list does not contain it because the person typed it. It may have been for other keys. */
function earlierChoice(draft: ProfileDraft, listed: readonly PlaceChoice[]): PlaceChoice[] {
  const { place } = draft;
  if (place === undefined || listed.some(({ value }) => value?.endpoint === place.endpoint)) return [];
  if (!mayBeIn(cloudOfKeys(draft), place.endpoint)) return [];
  return [typedChoice(place)];
}

function typedChoice(place: Place): PlaceChoice {
  const { region, endpoint } = place;
  return region === undefined
    ? { label: l10n.t('Use {endpoint}', { endpoint }), value: place }
    : { label: region, description: endpoint, value: place };
}

/**
 * The regions of the found keys come first, endpoints that are no region's come last. All are of the cloud that the chosen keys
 * are for: no other cloud knows these keys.
 */
function listedChoices(draft: ProfileDraft, proposals: readonly ProposedEndpoint[]): PlaceChoice[] {
  const cloud = cloudOfKeys(draft);
  const mayBe = ({ endpoint }: { readonly endpoint: EndpointOrigin }) => mayBeIn(cloud, endpoint);
  const builtIn = new Map(REGIONS.map(({ id }) => [elbEndpointOfRegion(id), id]));
  const all: ProposedPlace[] = [
    ...placesOfKeys(draft),
    ...proposals.map(({ endpoint, variable }) => ({ endpoint, region: builtIn.get(endpoint), origin: variable })),
  ];
  const isFirst = ({ endpoint }: ProposedPlace, index: number) =>
    all.findIndex((other) => other.endpoint === endpoint) === index;
  const proposed = all.filter(isFirst).filter(mayBe);
  const custom = proposed.filter(({ region }) => region === undefined);
  return [
    ...proposed.flatMap(proposedChoices),
    ...REGIONS.map(regionChoice).filter(({ value }) => value === undefined || mayBe(value)),
    ...(custom.length === 0 ? [] : [customHeading()]),
    ...custom.map(customChoice),
  ];
}

interface ProposedPlace {
  readonly endpoint: EndpointOrigin;
  /** Missing if the endpoint is not known to belong to a region. */
  readonly region: string | undefined;
  /** Its source, e.g. the name of an environment variable. */
  readonly origin: string;
}

function placesOfKeys({ found, source }: ProfileDraft): readonly ProposedPlace[] {
  const chosenFirst = [...found].sort((a, b) => Number(b === source) - Number(a === source));
  return chosenFirst.flatMap(({ region, cloud, names }) => {
    const endpoint = region === undefined ? undefined : elbEndpointIn(cloud, region);
    if (endpoint === undefined) return [];
    const ownRegion = regionOfEndpoint(endpoint);
    const named = names.filter((name) => (ownRegion === undefined ? OF_CLOUD : OF_REGION).test(name));
    return [{ endpoint, region: ownRegion, origin: (named.length === 0 ? names : named).join(', ') }];
  });
}

/** The names of variables and fields that name a region, or a cloud. */
const OF_REGION = /region/i;
const OF_CLOUD = /cloud$|auth_url|iam_endpoint/i;

function proposedChoices({ endpoint, region, origin }: ProposedPlace): PlaceChoice[] {
  if (region === undefined) return [];
  return [
    {
      label: `$(star-empty) ${region}`,
      description: l10n.t('from {origin}', { origin: plainText(origin) }),
      detail: endpoint,
      value: { endpoint, region },
    },
  ];
}

function customHeading(): PlaceChoice {
  return { label: l10n.t('Custom endpoints'), kind: QuickPickItemKind.Separator, value: undefined };
}

/** For an endpoint that a variable names: the program that set the variable would get the requests. */
function customChoice({ endpoint, origin }: ProposedPlace): PlaceChoice {
  return {
    label: new URL(endpoint).host,
    // On its own line, which has room for the long names of the SDK's variables.
    detail: l10n.t('custom endpoint from {variable}', { variable: plainText(origin) }),
    value: { endpoint },
  };
}

function regionChoice({ id, names }: Region): PlaceChoice {
  const name = env.language.startsWith('zh') ? names?.zh : names?.en;
  return { label: id, description: name ?? '', value: { region: id, endpoint: elbEndpointOfRegion(id) } };
}

/** Returns a choice for the typed text, unless the list contains it, or a message if the text is invalid. */
function typedChoices(text: string, choices: readonly PlaceChoice[], cloud: Cloud | undefined): PlaceChoice[] {
  const region = text.trim().toLowerCase();
  // The name of a region is one of the keys' cloud: other clouds have regions of the same name.
  const regional = cloud !== undefined && isRegion(region) ? (elbEndpointIn(cloud, region) ?? '') : text;
  const parsed = parsePlace(regional);
  if (parsed.ok) {
    const { place } = parsed;
    const isKnown = place.projectId === undefined && choices.some(({ value }) => value?.endpoint === place.endpoint);
    return isKnown ? [] : [typedChoice(place)];
  }
  // A partly typed region name is not an error.
  return /[.:/]/.test(text) ? [{ label: `$(warning) ${placeProblem(text) ?? ''}`, value: undefined }] : [];
}
