/** Detects a change of network, for which Node has no event. */
import { networkInterfaces } from 'node:os';

/** Returns the computer's external addresses; the text changes when it joins or leaves a network. Never throws. */
export function networkAddresses(): string {
  return Object.values(interfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal }) => !internal)
    .map(({ address }) => address)
    .sort()
    .join(' ');
}

/** Empty if the system forbids reading them, or if too many files are open. */
function interfaces(): ReturnType<typeof networkInterfaces> {
  try {
    return networkInterfaces();
  } catch {
    return {};
  }
}
