/** Recognizes requests that a web page sends to this computer by a host name of its own. */

/** Whether the `Host` header is the simulator's. Any other is a web page's host name that resolves to this address. */
export function isOwnHost(host: string | undefined, port: number): boolean {
  return ['127.0.0.1', 'localhost', '[::1]'].some((name) => host === `${name}:${port}`);
}
