/** Tells whether the computer is in another network than before, which no event of Node does. */
import { networkInterfaces } from 'node:os';

/**
 * The addresses by which the computer can be reached from outside; another text where it joined or left a network.
 * Never throws.
 */
export function networkAddresses(): string {
  return Object.values(interfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal }) => !internal)
    .map(({ address }) => address)
    .sort()
    .join(' ');
}

/** Some systems do not let a process see them, and none does that has too many files open. */
function interfaces(): ReturnType<typeof networkInterfaces> {
  try {
    return networkInterfaces();
  } catch {
    return {};
  }
}
