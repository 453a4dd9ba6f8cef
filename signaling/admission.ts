/**
 * Who may open a connection, and what counts as one address. PROTOCOL.md §2 (SV).
 * WebSockets are not bound by CORS: without this check any page a person visits could speak to the tracker from their browser
 * (pitfalls 9.1). Leaves out: limits per time (limits.ts).
 */
import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';

export interface OriginRule {
  /** Origins allowed besides the server's own, as browsers send them: `https://example.org`. */
  readonly allowedOrigins: ReadonlySet<string>;
  /** Whether requests without an Origin pass. Browsers always send one with a WebSocket; other programs need not. */
  readonly allowNoOrigin: boolean;
}

/** True when Origin names the very host the request came to, or an allowed one. 'null' and unreadable origins never pass. */
export function originAllowed(headers: IncomingHttpHeaders, rule: OriginRule): boolean {
  const { origin, host } = headers;
  if (origin === undefined) return rule.allowNoOrigin;
  if (rule.allowedOrigins.has(origin)) return true;
  if (host === undefined || !URL.canParse(origin)) return false;
  const parsed = new URL(origin);
  if (parsed.protocol !== 'http:' && parsed.protocol !== 'https:') return false;
  // Through URL, so that case and a default port in Host make no difference.
  const own = `${parsed.protocol}//${host}`;
  return (
    URL.canParse(own) && new URL(own).host === parsed.host && parsed.pathname === '/' && parsed.search === ''
  );
}

/**
 * The client's address. Each trusted proxy appends to X-Forwarded-For the address it was reached from, so the client's stands as many
 * places from the end as there are proxies; anything before that is the client's own invention.
 */
export function clientAddress(
  headers: IncomingHttpHeaders,
  remoteAddress: string | undefined,
  trustedProxies: number,
): string {
  const direct = remoteAddress ?? 'unknown';
  if (trustedProxies === 0) return direct;
  const forwarded = [headers['x-forwarded-for'] ?? []].flat().join(',');
  const chain = forwarded.split(',').map((part) => part.trim());
  const claimed = chain.at(-trustedProxies) ?? '';
  return isIP(claimed) === 0 ? direct : claimed;
}

/** What limits count as one: an IPv4 address, or the /64 an IPv6 address lies in, which is what one subscriber gets at least (RFC 6177). */
export function addressGroup(address: string): string {
  const plain = address.replace(/%.*$/, '').toLowerCase();
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(plain)?.[1];
  if (mapped !== undefined) return mapped;
  if (isIP(plain) !== 6) return plain;
  const [head = '', tail] = plain.split('::');
  const front = head === '' ? [] : head.split(':');
  const back = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - front.length - back.length);
  const groups = [...front, ...Array<string>(zeros).fill('0'), ...back];
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}
