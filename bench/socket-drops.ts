/**
 * UDP packets that arrived in a namespace and were dropped because the socket they were for was full (Linux, /proc/net/snmp). Chromium gives a
 * WebRTC socket 64 KiB: some fifty packets, so a browser that is kept from running for a few milliseconds loses some, on any line.
 */
import { run } from './namespaces';

export interface Refused {
  readonly received: number;
}

export function packetsRefused(namespace: string): Refused {
  const lines = run('ip', ['netns', 'exec', namespace, 'cat', '/proc/net/snmp'])
    .split('\n')
    .filter((line) => line.startsWith('Udp: '))
    .map((line) => line.split(' '));
  const [names, numbers] = lines;
  const at = names?.indexOf('RcvbufErrors') ?? -1;
  return { received: Number(numbers?.[at] ?? NaN) };
}
