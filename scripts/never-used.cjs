// Stands in the bundle for axios's form-data, which brings half of its bytes and serves uploads that are never made.
module.exports = function FormData() {
  throw new Error('This bundle has no form-data: see scripts/no-form-data.cjs.');
};
