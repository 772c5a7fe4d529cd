// Starts Eclipse Theia on the loopback address, with an extension that is installed as a person installs it.
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { startServerProcess } from '../editor/server-process.mjs';
import { editorEnvironment, homeVariables, temporaryFolderVariables } from '../process/environment.mjs';

const settings = {
  'security.workspace.trust.enabled': false,
  'workbench.startupEditor': 'none',
};

/**
 * @param {string} root  The folder of the application.
 * @param {{ data: string, temp: string }} run
 * @param {{ vsix: string, workspace: string }} options
 * @returns {Promise<import('../editor/server-process.mjs').ServerProcess>} its address is a URL
 */
export async function startTheia(root, { data, temp }, { vsix, workspace }) {
  const home = path.join(data, 'home');
  const config = path.join(home, '.theia');
  // Theia unpacks the packages in this folder.
  await mkdir(path.join(config, 'plugins'), { recursive: true });
  await cp(vsix, path.join(config, 'plugins', path.basename(vsix)));
  await writeFile(path.join(config, 'settings.json'), JSON.stringify(settings));
  const port = String(await freePort());
  return startServerProcess(
    process.execPath,
    [path.join('lib', 'backend', 'main.js'), ...['--hostname', '127.0.0.1', '--port', port, workspace]],
    {
      name: 'Theia',
      cwd: root,
      env: editorEnvironment({
        ...homeVariables(home),
        ...temporaryFolderVariables(temp),
        THEIA_CONFIG_DIR: config,
        // Theia has no password. It refuses web pages of other hosts than these.
        THEIA_HOSTS: `localhost:${port}`,
      }),
      listening: /Theia app listening on (http:\/\/127\.0\.0\.1:\d+)/,
    },
  );
}

/** @returns {Promise<number>} */
function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        if (address === null || typeof address === 'string') reject(new Error('No port is free.'));
        else resolve(address.port);
      });
    });
  });
}
