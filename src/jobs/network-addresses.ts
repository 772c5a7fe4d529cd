/** Tells whether the computer is in another network than before, which no event of Node does. */
import { networkInterfaces } from 'node:os';

/** The addresses by which the computer can be reached from outside; another text where it joined or left a network. */
export function networkAddresses(): string {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal }) => !internal)
    .map(({ address }) => address)
    .sort()
    .join(' ');
}
