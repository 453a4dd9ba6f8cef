/**
 * What counts as one network, for people who let themselves be found nearby: a public IPv4 address, or the /64 of an IPv6 one, as limits count
 * (admission.ts). PROTOCOL.md §2 (NB). Private addresses are all one: whoever reaches the server by one is in the server's own network.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { BlockList, isIP } from 'node:net';
import { addressGroup, clientAddress } from './admission';

const ownNetwork = 'own network';

/** Loopback, private and link-local: RFC 1918, RFC 3927, RFC 4193, RFC 4291. Shared carrier space (RFC 6598) is strangers: not here. */
const inside = new BlockList();
for (const [net, bits] of [
  ['10.0.0.0', 8],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
] as const)
  inside.addSubnet(net, bits, 'ipv4');
for (const [net, bits] of [
  ['::1', 128],
  ['fc00::', 7],
  ['fe80::', 10],
] as const)
  inside.addSubnet(net, bits, 'ipv6');

/**
 * undefined where nobody can tell: there is a proxy in between that is not trusted, so everybody would seem to come from its address, and
 * strangers would be shown to each other.
 */
export function networkOf(
  headers: IncomingHttpHeaders,
  remoteAddress: string | undefined,
  trustedProxies: number,
): string | undefined {
  const direct = remoteAddress ?? '';
  const forwarded = headers['x-forwarded-for'] !== undefined || headers.forwarded !== undefined;
  if (trustedProxies === 0 && forwarded) return undefined;
  const address = clientAddress(headers, remoteAddress, trustedProxies);
  // A proxy was announced, and what came did not come through it, or it says nothing that can be read.
  if (trustedProxies > 0 && !forwarded) return undefined;
  if (trustedProxies > 0 && address === direct && !isNamed(headers, direct)) return undefined;
  const group = addressGroup(address);
  const plain = group.endsWith('::/64') ? address.replace(/%.*$/, '') : group;
  const family = isIP(plain);
  if (family === 0) return undefined;
  return inside.check(plain, family === 4 ? 'ipv4' : 'ipv6') ? ownNetwork : group;
}

/** Whether the proxies themselves name this very address: then it is the client's. */
const isNamed = (headers: IncomingHttpHeaders, address: string): boolean =>
  [headers['x-forwarded-for'] ?? []]
    .flat()
    .join(',')
    .split(',')
    .some((part) => part.trim() === address);
