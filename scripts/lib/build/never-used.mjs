// Lists packages that axios depends on but this extension never uses; esbuild leaves them out of the bundle.
const standIn = './scripts/lib/build/never-used.cjs';

export const neverUsed = {
  // Used for uploads only, and half of axios's size.
  'form-data': standIn,
  // The editor handles proxies.
  'https-proxy-agent': standIn,
  // An optional dependency that is installed only beside some development tools. It prints requests if DEBUG is set.
  debug: standIn,
};
