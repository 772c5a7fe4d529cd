/** The error for invalid input to the simulator. */

/** Its message is a sentence for the author of the test, script or control request. */
export class InputError extends Error {
  override readonly name = 'InputError';
}
