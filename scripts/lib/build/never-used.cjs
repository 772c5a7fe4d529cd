// Replaces packages that this extension never uses in the bundle: see scripts/lib/build/never-used.mjs.
module.exports = function NeverUsed() {
  throw new Error('This package is left out of the bundle: see scripts/lib/build/never-used.mjs.');
};
