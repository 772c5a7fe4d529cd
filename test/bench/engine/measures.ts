/** The measures of the engine benchmark. Each runs in a process of its own: compiled code and the heap would count otherwise. */
import { jobKey, type JobKey } from '../../../src/jobs/model/job-reference';
import { median } from '../median';
import { type AttachedWindow, BenchWindow } from './bench-window';
import { heapMiB } from './heap';
import { isRunning, lastAnswer, OPENED_AT, type StoredMix } from './stored-jobs';
import { longestBlockMsOf, nextTurn, threadMsOf } from './thread-time';
import { BEGIN, listBody, readList, referenceOf } from './wire-jobs';

/** What a measure returns, by the name of the figure. */
export type Figures = Readonly<Record<string, number>>;

const APPLY_ROUNDS = 25;
const FOCUS_ROUNDS = 15;

/** Heap of newly tracked jobs in a store without listeners. The folder is empty. */
async function trackedHeap(folder: string, { jobs }: StoredMix): Promise<Figures> {
  const before = heapMiB();
  const { store } = new BenchWindow(folder, BEGIN);
  await store.trackAll(references(jobs), BEGIN);
  await store.applyList(readList(listBody(jobs, () => 'RUNNING')), BEGIN);
  await store.flush();
  return { heapMiB: heapMiB() - before };
}

/** Time to apply a list in which one of the running jobs changed, and to save it. */
async function apply(folder: string, mix: StoredMix): Promise<Figures> {
  const window = new BenchWindow(folder, BEGIN);
  const { store } = window;
  const attached = window.attach();
  await openAll(attached, window, mix);
  let elementsRefreshed = 0;
  attached.tree.onDidChangeTreeData((element) => {
    elementsRefreshed += element === undefined ? mix.jobs : 1;
  });
  const applied: number[] = [];
  const saved: number[] = [];
  for (let round = 0; round < APPLY_ROUNDS; round += 1) {
    const list = readList(listBody(mix.jobs, (index) => (index <= round ? 'ROLLBACKING' : 'RUNNING'), round));
    elementsRefreshed = 0;
    const start = performance.now();
    await store.applyList(list, BEGIN + round);
    applied.push(performance.now() - start);
    saved.push(await threadMsOf(() => store.flush()));
    if (elementsRefreshed !== 1) throw new Error(`${elementsRefreshed} elements were refreshed in round ${round}.`);
  }
  return { applyMs: median(applied), saveMs: median(saved), elementsRefreshed };
}

/** Time from opening the store until the editor has its rows. */
async function open(folder: string, mix: StoredMix): Promise<Figures> {
  const window = new BenchWindow(folder, OPENED_AT);
  const attached = window.attach();
  const start = performance.now();
  const threadMs = await threadMsOf(() => openAll(attached, window, mix));
  return { openMs: performance.now() - start, threadMs };
}

/** Time to parse the last answers, each alone and once, as a window that opens would. They are kept, as a store keeps them. */
function parse(_: string, mix: StoredMix): Promise<Figures> {
  const answers = Array.from({ length: mix.jobs }, (_each, index) => JSON.stringify(lastAnswer(index, mix)));
  const start = performance.now();
  const parsed = answers.map((answer) => JSON.parse(answer) as unknown);
  const parseMs = performance.now() - start;
  return Promise.resolve(parsed.length === mix.jobs ? { parseMs } : {});
}

async function longestBlock(folder: string, mix: StoredMix): Promise<Figures> {
  const window = new BenchWindow(folder, OPENED_AT);
  const attached = window.attach();
  return { longestMs: await longestBlockMsOf(() => openAll(attached, window, mix)) };
}

/** Heap of an open window with its views. */
async function openHeap(folder: string, mix: StoredMix): Promise<Figures> {
  const before = heapMiB();
  const window = new BenchWindow(folder, OPENED_AT);
  const attached = window.attach();
  await openAll(attached, window, mix);
  await nextTurn();
  const figures = { heapMiB: heapMiB() - before };
  // Used after the measurement, so that it counts.
  attached.dispose();
  return figures;
}

/** Thread time when the window gets the focus: nothing changed, or another window changed a running or an ended job. */
async function focus(folder: string, mix: StoredMix): Promise<Figures> {
  const window = new BenchWindow(folder, OPENED_AT);
  const attached = window.attach();
  await openAll(attached, window, mix);
  const other = new BenchWindow(folder, OPENED_AT, 'other').directory;
  const runningKeys: JobKey[] = [];
  const endedKeys: JobKey[] = [];
  for (const [index, reference] of references(mix.jobs).entries()) {
    (isRunning(index, mix) ? runningKeys : endedKeys).push(jobKey(reference));
  }
  const unchanged: number[] = [];
  const changed = { running: [] as number[], ended: [] as number[] };
  const changeAndFocus = async (key: JobKey | undefined, label: string): Promise<number[]> => {
    const known = key === undefined ? undefined : window.store.get(key);
    if (key === undefined || known === undefined) return [];
    await other.change(key, known, (stored) => ({ ...stored, label }));
    await nextTurn();
    const ms = await threadMsOf(() => attached.focus());
    if (window.store.get(key)?.label !== label) throw new Error('The change of the other window was not read.');
    return [ms];
  };
  for (let round = 0; round < FOCUS_ROUNDS; round += 1) {
    unchanged.push(await threadMsOf(() => attached.focus()));
    changed.running.push(...(await changeAndFocus(runningKeys[round], `label ${round}`)));
    changed.ended.push(...(await changeAndFocus(endedKeys[round], `label ${round}`)));
  }
  const medians = [changed.running, changed.ended].filter(({ length }) => length > 0).map(median);
  return { focusMs: median(unchanged), focusOneMs: Math.max(...medians) };
}

export const MEASURES = { trackedHeap, apply, open, parse, longestBlock, openHeap, focus };

function references(jobs: number) {
  return Array.from({ length: jobs }, (_, index) => referenceOf(index));
}

/** Opens the window's store and shows its rows. What the window does in the background counts as well. */
async function openAll(attached: AttachedWindow, window: BenchWindow, { jobs }: StoredMix): Promise<void> {
  const background = await attached.open();
  const rows = await attached.showRows();
  await Promise.all(background);
  if (rows !== jobs) throw new Error(`${rows} rows are shown, instead of ${jobs}.`);
  if (window.log.lines.length > 0) throw new Error(window.log.lines.join('\n'));
}
