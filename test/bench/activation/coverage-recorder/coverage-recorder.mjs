// An extension that VS Code starts before ours: has V8 note which functions of ours run, from its first line on.
import { renameSync, writeFileSync } from 'node:fs';
import { Session } from 'node:inspector';
import { extensions } from 'vscode';

const WATCHED = 'elb-job-tracker.elb-job-tracker';
/** In ms: how often it is looked whether ours is active. */
const PAUSE = 100;
/** In ms after that: what is read from disk, and whatever follows from it, counts as well. */
const AFTERWARDS = 3000;

export function activate() {
  const file = process.env['ELB_BENCH_COVERAGE'];
  if (file === undefined) return;
  const session = new Session();
  session.connect();
  session.post('Profiler.enable');
  session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  const timer = setInterval(() => {
    if (extensions.getExtension(WATCHED)?.isActive !== true) return;
    clearInterval(timer);
    setTimeout(() => {
      write(session, file);
    }, AFTERWARDS);
  }, PAUSE);
}

/**
 * @param {Session} session
 * @param {string} file
 */
function write(session, file) {
  session.post('Profiler.takePreciseCoverage', (error, taken) => {
    const ours = error ? [] : taken.result.filter(({ url }) => url.includes(`/${WATCHED}-`));
    // At once: whoever waits for it must not read half of it.
    writeFileSync(`${file}.part`, JSON.stringify(ours));
    renameSync(`${file}.part`, file);
  });
}
