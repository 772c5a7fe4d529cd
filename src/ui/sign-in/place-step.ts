/** The sign-in step for the region or endpoint. A proposed endpoint is used only if the person chooses it. */
import { env, l10n } from 'vscode';
import { proposedEndpoints } from '../../credentials/sources/environment';
import { parsePlace, type Place } from '../../cloud/places/parse-place';
import { elbEndpointOfRegion, type Region, REGIONS } from '../../cloud/places/regions';
import { placeProblem } from '../text/place-words';
import { plainText } from '../text/plain-text';
import type { ProfileDraft } from './profile-draft';
import { askChoice, BACK, type Choice, type Step } from '../editor/input-steps';

/** An endpoint that does not come from the person. */
export interface PlaceProposal {
  readonly place: Place;
  /** Its source, e.g. the name of an environment variable. */
  readonly origin: string;
}

export function environmentProposals(environment: NodeJS.ProcessEnv): readonly PlaceProposal[] {
  return proposedEndpoints(environment).flatMap(({ variable, region, endpoints }) =>
    endpoints.map((endpoint) => ({ place: { endpoint, region }, origin: variable })),
  );
}

export function placeStep(draft: ProfileDraft, proposals: readonly PlaceProposal[]): Step {
  return async (frame) => {
    const listed = [...proposedChoices(draft, proposals), ...REGIONS.map(regionChoice)];
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
function earlierChoice({ place }: ProfileDraft, listed: readonly Choice<Place>[]): Choice<Place>[] {
  if (place === undefined || listed.some(({ value }) => value.endpoint === place.endpoint)) return [];
  return [typedChoice(place)];
}

function typedChoice(place: Place): Choice<Place> {
  const { region, endpoint } = place;
  return region === undefined
    ? { label: l10n.t('Use {endpoint}', { endpoint }), value: place }
    : { label: region, description: endpoint, value: place };
}

function proposedChoices({ found, source }: ProfileDraft, proposals: readonly PlaceProposal[]): Choice<Place>[] {
  const chosenFirst = [...found].sort((a, b) => Number(b === source) - Number(a === source));
  const regions = chosenFirst.flatMap(({ region, names }) => {
    if (region === undefined) return [];
    const origin = names.find((name) => /region/i.test(name)) ?? names.join(', ');
    return [{ place: { endpoint: elbEndpointOfRegion(region), region }, origin }];
  });
  const all = [...regions, ...proposals];
  const isFirst = ({ place }: PlaceProposal, index: number) =>
    all.findIndex((other) => other.place.endpoint === place.endpoint) === index;
  return all.filter(isFirst).map(({ place, origin }) => ({
    label: `$(star-empty) ${place.region ?? place.endpoint}`,
    description: l10n.t('from {origin}', { origin: plainText(origin) }),
    detail: place.endpoint,
    value: place,
  }));
}

function regionChoice({ id, names }: Region): Choice<Place> {
  const name = env.language.startsWith('zh') ? names?.zh : names?.en;
  return { label: id, description: name ?? '', value: { region: id, endpoint: elbEndpointOfRegion(id) } };
}

/** Returns a choice for the typed text, unless the list contains it, or a message if the text is invalid. */
function typedChoices(text: string, choices: readonly Choice<Place>[]): Choice<Place | undefined>[] {
  const parsed = parsePlace(text);
  if (parsed.ok) {
    const { place } = parsed;
    const isKnown = place.projectId === undefined && choices.some(({ value }) => value.endpoint === place.endpoint);
    return isKnown ? [] : [typedChoice(place)];
  }
  // A partly typed region name is not an error.
  return /[.:/]/.test(text) ? [{ label: `$(warning) ${placeProblem(text) ?? ''}`, value: undefined }] : [];
}
