// Lists packages that axios depends on but this extension never uses; esbuild leaves them out of the bundle.
import path from 'node:path';

const standIn = './scripts/lib/build/never-used.cjs';

export const neverUsed = {
  // Used for uploads only, and half of axios's size.
  'form-data': standIn,
  // The editor handles proxies.
  'https-proxy-agent': standIn,
  'proxy-from-env': standIn,
  // No redirect is followed: it could carry a token to another host.
  'follow-redirects': standIn,
  // An optional dependency that is installed only beside some development tools. It prints requests if DEBUG is set.
  debug: standIn,
};

/** @type {import('esbuild').Plugin} Leaves out axios's other adapters: requests go through Node's http, which the editor patches. */
export const onlyHttpAdapter = {
  name: 'only-http-adapter',
  setup: (building) => {
    const file = path.resolve(building.initialOptions.absWorkingDir ?? '', standIn);
    building.onResolve({ filter: /^\.\/(?:fetch|xhr)\.js$/ }, ({ importer }) =>
      /[\\/]axios[\\/]lib[\\/]adapters[\\/]/.test(importer) ? { path: file } : undefined,
    );
  },
};
