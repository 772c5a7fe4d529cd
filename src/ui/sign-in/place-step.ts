/**
 * The sign-in step for the region or endpoint. A proposed endpoint is used only if the person chooses it; it has the name of
 * its host, whatever region proposed it.
 */
import { env, l10n, QuickPickItemKind } from 'vscode';
import type { ProposedEndpoint } from '../../credentials/sources/environment';
import { parsePlace, type Place } from '../../cloud/places/parse-place';
import { elbEndpointOfRegion, type Region, REGIONS } from '../../cloud/places/regions';
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
      placeHolder: l10n.t('Region of the load balancers; or paste an endpoint or a console URL'),
      choices,
      isActive: (place) => place?.endpoint === draft.place?.endpoint,
      fromText: (text) => typedChoices(text, choices),
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

/** The earlier answer, if the list does not contain it because the person typed it. */
function earlierChoice({ place }: ProfileDraft, listed: readonly PlaceChoice[]): PlaceChoice[] {
  if (place === undefined || listed.some(({ value }) => value?.endpoint === place.endpoint)) return [];
  return [typedChoice(place)];
}

function typedChoice(place: Place): PlaceChoice {
  const { region, endpoint } = place;
  return region === undefined
    ? { label: l10n.t('Use {endpoint}', { endpoint }), value: place }
    : { label: region, description: endpoint, value: place };
}

/** The regions of the found keys come first, endpoints of the environment that are no region's come last. */
function listedChoices(draft: ProfileDraft, proposals: readonly ProposedEndpoint[]): PlaceChoice[] {
  const builtIn = new Map(REGIONS.map(({ id }) => [elbEndpointOfRegion(id), id]));
  const regions = [
    ...regionsOfKeys(draft),
    ...proposals.flatMap(({ endpoint, variable }) => {
      const region = builtIn.get(endpoint);
      return region === undefined ? [] : [{ region, origin: variable }];
    }),
  ];
  const isFirst = ({ region }: ProposedRegion, index: number) =>
    regions.findIndex((other) => other.region === region) === index;
  const custom = proposals.filter(({ endpoint }) => !builtIn.has(endpoint));
  return [
    ...regions.filter(isFirst).map(proposedChoice),
    ...REGIONS.map(regionChoice),
    ...(custom.length === 0 ? [] : [customHeading()]),
    ...custom.map(customChoice),
  ];
}

interface ProposedRegion {
  readonly region: string;
  /** Its source, e.g. the name of an environment variable. */
  readonly origin: string;
}

function regionsOfKeys({ found, source }: ProfileDraft): readonly ProposedRegion[] {
  const chosenFirst = [...found].sort((a, b) => Number(b === source) - Number(a === source));
  return chosenFirst.flatMap(({ region, names }) => {
    if (region === undefined) return [];
    return [{ region, origin: names.find((name) => /region/i.test(name)) ?? names.join(', ') }];
  });
}

function proposedChoice({ region, origin }: ProposedRegion): PlaceChoice {
  const endpoint = elbEndpointOfRegion(region);
  return {
    label: `$(star-empty) ${region}`,
    description: l10n.t('from {origin}', { origin: plainText(origin) }),
    detail: endpoint,
    value: { endpoint, region },
  };
}

function customHeading(): PlaceChoice {
  return { label: l10n.t('Custom endpoints'), kind: QuickPickItemKind.Separator, value: undefined };
}

/** For an endpoint that a variable names: the program that set the variable would get the requests. */
function customChoice({ endpoint, variable }: ProposedEndpoint): PlaceChoice {
  return {
    label: new URL(endpoint).host,
    // On its own line, which has room for the long names of the SDK's variables.
    detail: l10n.t('custom endpoint from {variable}', { variable: plainText(variable) }),
    value: { endpoint },
  };
}

function regionChoice({ id, names }: Region): PlaceChoice {
  const name = env.language.startsWith('zh') ? names?.zh : names?.en;
  return { label: id, description: name ?? '', value: { region: id, endpoint: elbEndpointOfRegion(id) } };
}

/** Returns a choice for the typed text, unless the list contains it, or a message if the text is invalid. */
function typedChoices(text: string, choices: readonly PlaceChoice[]): PlaceChoice[] {
  const parsed = parsePlace(text);
  if (parsed.ok) {
    const { place } = parsed;
    const isKnown = place.projectId === undefined && choices.some(({ value }) => value?.endpoint === place.endpoint);
    return isKnown ? [] : [typedChoice(place)];
  }
  // A partly typed region name is not an error.
  return /[.:/]/.test(text) ? [{ label: `$(warning) ${placeProblem(text) ?? ''}`, value: undefined }] : [];
}
