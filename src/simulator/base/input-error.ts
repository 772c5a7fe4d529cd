/** The one error for what a caller of the simulator asked and cannot have. */

/** Its message is a whole sentence for the person who wrote the test, the script or the control request. */
export class InputError extends Error {
  override readonly name = 'InputError';
}
