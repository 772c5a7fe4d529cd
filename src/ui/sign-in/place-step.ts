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
import { noRegionSentence, placeProblem } from '../text/place-words';
import { plainText } from '../text/plain-text';
import type { ProfileDraft } from './profile-draft';
import { askChoice, BACK, type Choice, type Step } from '../editor/input-steps';

type PlaceChoice = Choice<Place | undefined>;

export function placeStep(draft: ProfileDraft, proposals: readonly ProposedEndpoint[]): Step {
  return async (frame) => {
    const listed = listedChoices(draft, proposals);
    const all = [...earlierChoice(draft, listed), ...listed];
    const inFocus = endpointInFocus(draft, all);
    const choices = inFocus === undefined && all.length > 0 ? [questionChoice(draft), ...all] : all;
    const answer = await askChoice<Place | undefined>(frame, {
      placeHolder: questionOf(cloudOfKeys(draft)),
      choices,
      isActive: (place) => place?.endpoint === inFocus,
      fromText: (text) =>
        typedChoices(
          text,
          choices.filter(({ isForEmptyText }) => isForEmptyText !== true),
          cloudOfKeys(draft),
        ),
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

/**
 * Enter chooses it. An endpoint that is no region's is not in focus because a text names it: the person has to look for it.
 * @returns undefined if there is no other
 */
function endpointInFocus({ wanted, place }: ProfileDraft, all: readonly PlaceChoice[]): EndpointOrigin | undefined {
  const listed = all.flatMap(({ value }) => value?.endpoint ?? []);
  const endpoint = wanted?.endpoint;
  const isTrusted =
    endpoint === place?.endpoint || (endpoint !== undefined && regionOfEndpoint(endpoint) !== undefined);
  const proposed = isTrusted ? endpoint : place?.endpoint;
  if (proposed !== undefined && listed.includes(proposed)) return proposed;
  return listed.find((each) => isTrusted || each !== endpoint);
}

/** Has the focus if the list holds nothing that Enter may choose; Enter on it shows it again. */
function questionChoice(draft: ProfileDraft): PlaceChoice {
  return { label: `$(info) ${questionOf(cloudOfKeys(draft))}`, value: undefined, isForEmptyText: true };
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
  const wanted = draft.wanted?.endpoint;
  const all: ProposedPlace[] = [
    ...(wanted === undefined ? [] : [{ endpoint: wanted, region: regionOfEndpoint(wanted), origin: undefined }]),
    ...placesOfKeys(draft),
    ...proposals.map(({ endpoint, variable }) => ({ endpoint, region: builtIn.get(endpoint), origin: variable })),
  ];
  const isFirst = ({ endpoint }: ProposedPlace, index: number) =>
    all.findIndex((other) => other.endpoint === endpoint) === index;
  const proposed = all.filter(isFirst).filter(mayBe);
  const custom = proposed.filter(({ region }) => region === undefined);
  // Where it is seen at once.
  const others = custom.filter(({ origin }) => origin !== undefined);
  const ofText = custom.filter(({ origin }) => origin === undefined);
  return [
    ...(ofText.length === 0 ? [] : [customHeading(), ...ofText.map(customChoice), regionHeading()]).map(forEmptyText),
    ...proposed.flatMap(proposedChoices),
    ...REGIONS.map(regionChoice).filter(({ value }) => value === undefined || mayBe(value)),
    ...(others.length === 0 ? [] : [customHeading()]),
    ...others.map(customChoice),
  ];
}

/** While the person types the name of a region, a host that contains it must not become the first match. */
function forEmptyText(choice: PlaceChoice): PlaceChoice {
  return { ...choice, isForEmptyText: true };
}

interface ProposedPlace {
  readonly endpoint: EndpointOrigin;
  /** Missing if the endpoint is not known to belong to a region. */
  readonly region: string | undefined;
  /** Its source, e.g. the name of an environment variable; undefined for the place of a job. */
  readonly origin: string | undefined;
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
      description:
        origin === undefined ? l10n.t('region of the job') : l10n.t('from {origin}', { origin: plainText(origin) }),
      detail: endpoint,
      value: { endpoint, region },
    },
  ];
}

function regionHeading(): PlaceChoice {
  return { label: l10n.t('Regions'), kind: QuickPickItemKind.Separator, value: undefined };
}

function customHeading(): PlaceChoice {
  return { label: l10n.t('Custom endpoints'), kind: QuickPickItemKind.Separator, value: undefined };
}

/** For an endpoint that a variable names: the program that set the variable would get the requests. */
function customChoice({ endpoint, origin }: ProposedPlace): PlaceChoice {
  return {
    label: new URL(endpoint).host,
    // On its own line, which has room for the long names of the SDK's variables.
    detail:
      origin === undefined
        ? l10n.t('endpoint of the job, from your text: choose it only if you know it')
        : l10n.t('custom endpoint from {variable}', { variable: plainText(origin) }),
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
  // Otherwise "north-4" would come before cn-north-4, which the person means, and Enter would choose it.
  if (isRegion(region) && choices.some(({ label }) => label.endsWith(`-${region}`))) return [];
  // The name of a region is one of the keys' cloud: other clouds have regions of the same name.
  const regional = cloud !== undefined && isRegion(region) ? (elbEndpointIn(cloud, region) ?? '') : text;
  const parsed = parsePlace(regional);
  if (parsed.ok) {
    const { place } = parsed;
    const isListed = (choice: PlaceChoice) => choice.value?.endpoint === place.endpoint && isListedFor(region, choice);
    return place.projectId === undefined && choices.some(isListed) ? [] : [typedChoice(place)];
  }
  if (/[.:/]/.test(text)) return [{ label: `$(warning) ${placeProblem(text) ?? ''}`, value: undefined }];
  // A partly typed region name is not an error.
  if (region === '' || choices.some((choice) => isListedFor(region, choice))) return [];
  return [{ label: `$(warning) ${noRegionSentence(text)}`, detail: placeProblem(text) ?? '', value: undefined }];
}

/** Whether the list shows the choice for this text, in lower case. */
function isListedFor(text: string, { kind, label, description = '', detail = '' }: PlaceChoice): boolean {
  if (kind === QuickPickItemKind.Separator) return false;
  return [label, description, detail].some((line) => line.toLowerCase().includes(text));
}
