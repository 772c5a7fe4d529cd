// Packages that axios brings along and this extension never uses, for esbuild to leave out of the bundle.
const standIn = './scripts/lib/build/never-used.cjs';

export const neverUsed = {
  // For uploads: half of axios's bytes.
  'form-data': standIn,
  // For proxies, which are the editor's business.
  'https-proxy-agent': standIn,
  // Optional, and there only where other development tools are: it would print requests for whoever sets DEBUG.
  debug: standIn,
};
