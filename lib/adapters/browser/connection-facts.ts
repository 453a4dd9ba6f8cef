/**
 * What is read off a connection: fingerprints and the binding made of them (PROTOCOL TP3), the frame limit (TP17), how bytes travel and
 * how long that takes (TP18). Pure, except that the hash is WebCrypto's. An SDP is a peer's text: whatever does not fit is undefined, never an exception.
 */
import { concatBytes } from '../../base/bytes';
import type { Bytes, LinkPath } from '../../ports';

export const bindingDomain = 'shoal binding 1';
const sha256Bytes = 32;
const fingerprintPrefix = 'a=fingerprint:';

/**
 * The SHA-256 DTLS fingerprint of a data-only description, as 32 raw bytes (which is the canonical form: the text may differ in case).
 * undefined when there is none, when two differ (RFC 8122 §5 would let DTLS match either, so nothing would be bound), when it is another
 * hash, or when the description has any section but one data section: media would make the browser set up tracks nobody asked for.
 */
export function fingerprintOf(sdp: string): Bytes | undefined {
  let found: string | undefined;
  let sections = 0;
  for (const line of sdp.split(/\r\n|\r|\n/)) {
    if (line.startsWith('m=')) {
      sections += 1;
      if (!line.startsWith('m=application ')) return undefined;
    } else if (line.toLowerCase().startsWith(fingerprintPrefix)) {
      const value = line.slice(fingerprintPrefix.length).trim().toUpperCase();
      if (found !== undefined && found !== value) return undefined;
      found = value;
    }
  }
  return sections === 1 && found !== undefined ? parseFingerprint(found) : undefined;
}

/** "SHA-256 AB:CD:…" to its bytes. */
function parseFingerprint(value: string): Bytes | undefined {
  const [hash, digits, ...rest] = value.split(/ +/);
  if (hash !== 'SHA-256' || digits === undefined || rest.length > 0) return undefined;
  if (!/^[0-9A-F]{2}(:[0-9A-F]{2}){31}$/.test(digits)) return undefined;
  const bytes = new Uint8Array(sha256Bytes);
  digits.split(':').forEach((pair, i) => (bytes[i] = Number.parseInt(pair, 16)));
  return bytes;
}

/** SHA-256(utf8('shoal binding 1') ‖ initiator's fingerprint ‖ responder's fingerprint). Rejects where WebCrypto is missing. */
export async function bindingOf(initiator: Bytes, responder: Bytes): Promise<Bytes> {
  const domain = new TextEncoder().encode(bindingDomain);
  return new Uint8Array(await crypto.subtle.digest('SHA-256', concatBytes(domain, initiator, responder)));
}

export interface FrameLimits {
  readonly mostBytes: number;
  readonly unknownBytes: number;
  readonly leastBytes: number;
}

/** Largest frame to send, from `pc.sctp.maxMessageSize`: 0 and Infinity mean no limit there (RFC 8841 §6.1), null that it is not known. */
export function frameLimit(maxMessageSize: number | null, limits: FrameLimits): number {
  if (maxMessageSize === null || Number.isNaN(maxMessageSize) || maxMessageSize < 0)
    return limits.unknownBytes;
  if (maxMessageSize === 0) return limits.mostBytes;
  return Math.floor(Math.min(limits.mostBytes, Math.max(limits.leastBytes, maxMessageSize)));
}

/** The entries of an RTCStatsReport, as far as they are read here. */
interface StatsEntry {
  readonly type?: unknown;
  readonly selectedCandidatePairId?: unknown;
  readonly selected?: unknown;
  readonly nominated?: unknown;
  readonly state?: unknown;
  readonly localCandidateId?: unknown;
  readonly remoteCandidateId?: unknown;
  readonly candidateType?: unknown;
  readonly address?: unknown;
  readonly currentRoundTripTime?: unknown;
}

export interface PathFacts {
  /** Relayed when either end of the selected pair is a relay candidate; unknown while no pair is selected. */
  readonly path: LinkPath;
  /** Both ends stand in one network: the selected pair joins two host candidates, and no address of theirs is a public one. */
  readonly near: boolean;
  /** The selected pair's last round trip; 0 when none is told. */
  readonly rttMs: number;
}

/** How bytes travel, read off getStats(). */
export function pathOf(report: { forEach(visit: (entry: unknown, id: string) => void): void }): PathFacts {
  const entries = new Map<unknown, StatsEntry>();
  report.forEach((entry, id) => {
    if (typeof entry === 'object' && entry !== null) entries.set(id, entry);
  });
  const all = [...entries.values()];
  const transport = all.find((entry) => entry.type === 'transport' && entry.selectedCandidatePairId);
  const pairs = all.filter((entry) => entry.type === 'candidate-pair');
  const pair =
    (transport && entries.get(transport.selectedCandidatePairId)) ??
    pairs.find((entry) => entry.selected === true) ?? // Firefox tells it on the pair
    pairs.find((entry) => entry.nominated === true && entry.state === 'succeeded');
  const ends = [entries.get(pair?.localCandidateId), entries.get(pair?.remoteCandidateId)];
  const [local, remote] = ends.map((end) => end?.candidateType);
  const seconds = pair?.currentRoundTripTime;
  const rttMs = typeof seconds === 'number' && seconds > 0 ? seconds * 1000 : 0;
  if (local === undefined && remote === undefined) return { path: 'unknown', near: false, rttMs };
  const path = local === 'relay' || remote === 'relay' ? 'relayed' : 'direct';
  const near = ends.every((end) => end?.candidateType === 'host' && !isPublic(end.address));
  return { path, near, rttMs };
}

/** Of this machine, this link or this organisation: RFC 1918, 3927, 4193, 4291; and names that only multicast DNS resolves (RFC 6762). */
const within =
  /^(10\.|127\.|169\.254\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|\[?(::1\b|f[cd][\da-f]{2}:|fe[89ab][\da-f]:))|\.local$/i;

/** With IPv6 a host candidate can be reached from anywhere: then two of them say nothing of one network. Untold addresses are not public. */
const isPublic = (address: unknown): boolean =>
  typeof address === 'string' && address !== '' && !within.test(address);
