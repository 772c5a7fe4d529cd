/** Names of load balancers and listeners, as people give them. */

export const LOAD_BALANCER_NAMES = [
  'prod-api',
  'checkout-web',
  'payments-gateway',
  'orders-api',
  'auth-service',
  'search-api',
  'staging-web',
  'images-cdn',
  'internal-grpc',
  'partner-api',
  'mobile-bff',
  'metrics-ingest',
  'notifications',
  'reports-web',
  'inventory-api',
  'chat-ws',
  '订单-网关',
  'admin-console',
  'shipping-api',
  'edge-eu-west',
] as const;

/** Their names, protocols and ports. */
export const LISTENERS = [
  { name: 'https-443', protocol: 'HTTPS', port: 443 },
  { name: 'http-80', protocol: 'HTTP', port: 80 },
  { name: 'grpc-8443', protocol: 'HTTPS', port: 8443 },
  { name: 'postgres-5432', protocol: 'TCP', port: 5432 },
  { name: 'dns-53', protocol: 'UDP', port: 53 },
  { name: 'admin-9443', protocol: 'HTTPS', port: 9443 },
  { name: 'ws-8081', protocol: 'HTTP', port: 8081 },
  { name: 'mqtt-8883', protocol: 'TCP', port: 8883 },
] as const;

/** The index of the load balancer whose name is empty, as the service allows. */
export const UNNAMED_AT = 12;

/** @returns the name of the load balancer with that index; numbered when the names run out, and empty for one of them. */
export function loadBalancerName(index: number): string {
  if (index === UNNAMED_AT) return '';
  return numbered(LOAD_BALANCER_NAMES, index > UNNAMED_AT ? index - 1 : index, (name) => name);
}

/** @returns the name of the listener with that index; numbered when the names run out. */
export function listenerName(index: number): string {
  return numbered(LISTENERS, index, ({ name }) => name);
}

function numbered<T>(items: readonly T[], index: number, nameOf: (item: T) => string): string {
  const item = items[index % items.length];
  if (item === undefined) return '';
  const round = Math.floor(index / items.length) + 1;
  return round === 1 ? nameOf(item) : `${nameOf(item)}-${round}`;
}
