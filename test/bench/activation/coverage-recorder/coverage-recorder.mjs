// An extension that starts before ours and records, with V8's coverage, which functions of ours run from the start.
import { renameSync, writeFileSync } from 'node:fs';
import { Session } from 'node:inspector';
import { extensions } from 'vscode';

const EXTENSION_ID = 'elb-job-tracker.elb-job-tracker';
/** How often to check whether our extension is active. */
const CHECK_INTERVAL_MS = 100;
/** How long to record after activation: reading from disk and its consequences count too. */
const RECORDING_MS = 3000;

export function activate() {
  const file = process.env['ELB_BENCH_COVERAGE'];
  if (file === undefined) return;
  const session = new Session();
  session.connect();
  session.post('Profiler.enable');
  session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  const timer = setInterval(() => {
    if (extensions.getExtension(EXTENSION_ID)?.isActive !== true) return;
    clearInterval(timer);
    setTimeout(() => {
      write(session, file);
    }, RECORDING_MS);
  }, CHECK_INTERVAL_MS);
}

/**
 * @param {Session} session
 * @param {string} file
 */
function write(session, file) {
  session.post('Profiler.takePreciseCoverage', (error, taken) => {
    const ours = error ? [] : taken.result.filter(({ url }) => url.includes(`/${EXTENSION_ID}-`));
    // Renamed when complete, so that the waiting benchmark never reads half of the file.
    writeFileSync(`${file}.part`, JSON.stringify(ours));
    renameSync(`${file}.part`, file);
  });
}
