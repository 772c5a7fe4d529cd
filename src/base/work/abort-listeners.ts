/** Listens to a signal for any number of callers at the cost of one listener. */
import { setImmediate } from 'node:timers/promises';
import type { Disposable } from '../disposable';

/** What a caller's signal has, which need not be of Node.js. */
type Signal = Pick<AbortSignal, 'addEventListener'>;

/** Listeners that are called in one turn of the event loop. */
const MAX_CALLED_TOGETHER = 250;

const listenersOf = new WeakMap<Signal, Set<() => void>>();

/** Calls `listener` once when the signal aborts. Node.js searches all listeners of a signal for each new one, and warns of many. */
export function onAbort(signal: Signal, listener: () => void): Disposable {
  // Each call is a subscription of its own, also with the same listener.
  const own = () => {
    listener();
  };
  const listeners = listenersOf.get(signal) ?? listenTo(signal);
  listeners.add(own);
  return {
    dispose: () => {
      listeners.delete(own);
    },
  };
}

/** The listener stays as long as the signal, of which nothing else is kept. */
function listenTo(signal: Signal): Set<() => void> {
  const listeners = new Set<() => void>();
  listenersOf.set(signal, listeners);
  signal.addEventListener(
    'abort',
    () => {
      void callAll(listeners);
    },
    { once: true },
  );
  return listeners;
}

async function callAll(listeners: Set<() => void>): Promise<void> {
  for (const [index, listener] of [...listeners].entries()) {
    if (index > 0 && index % MAX_CALLED_TOGETHER === 0) await setImmediate();
    if (listeners.delete(listener)) listener();
  }
}
