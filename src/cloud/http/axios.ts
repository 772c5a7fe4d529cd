/** axios, in a file of its own in the package (see scripts/build.mjs), which nobody reads before the first request. */
// axios is the client that the product's owner asks for. It costs 50 ms and more to evaluate.
export { default as axios } from 'axios';
