// Starts VS Code's server with code-server's own front end, which keeps a person's secrets over a reload.
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { writeSettings } from './editor-folders.mjs';
import { startServerProcess } from './server-process.mjs';
import { serverPaths } from './vscode-server-paths.mjs';
import { serverEnvironment } from './vscode-server.mjs';

/**
 * @param {import('./editor-folders.mjs').EditorFolders} folders
 * @param {{ env: NodeJS.ProcessEnv, settings: Readonly<Record<string, unknown>> }} options
 * @returns {Promise<import('./server-process.mjs').ServerProcess>} address: without a slash at the end
 */
export async function startCodeServer(folders, { env, settings }) {
  await writeSettings(folders, settings);
  await mkdir(folders.home, { recursive: true });
  // Without one, code-server writes its own into the home folder.
  const config = path.join(folders.userDataDir, 'code-server.yaml');
  await writeFile(config, 'auth: none\n');
  return startServerProcess(
    serverPaths().node,
    [
      ...[serverPaths().codeServer, '--config', config, '--bind-addr', '127.0.0.1:0', '--auth', 'none'],
      ...['--user-data-dir', folders.userDataDir, '--extensions-dir', folders.extensionsDir],
      ...['--session-socket', path.join(folders.temp, 'code-server.sock')],
      ...['--disable-telemetry', '--disable-update-check', '--disable-workspace-trust'],
      ...['--disable-getting-started-override', '--ignore-last-opened'],
    ],
    {
      env: { ...serverEnvironment(folders, env), PORT: undefined }, // PORT would count more than --bind-addr.
      listening: /HTTP server listening on (http:\/\/127\.0\.0\.1:\d+)/,
    },
  );
}
