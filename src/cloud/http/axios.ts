/** axios, in a separate file of the package (see scripts/build.mjs) that is not read before the first request. */
// The product's owner requires axios. It takes 50 ms and more to load.
export { default as axios } from 'axios';
