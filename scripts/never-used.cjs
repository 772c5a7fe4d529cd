// Stands in the bundle for packages that axios imports and this extension never uses: form-data, half of axios's bytes,
// for uploads; https-proxy-agent for proxies, which are the editor's business.
module.exports = function NeverUsed() {
  throw new Error('This package is left out of the bundle: see scripts/never-used.cjs.');
};
