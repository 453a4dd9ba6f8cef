/**
 * Numbers and states as `stats()` and "Copy diagnostics" give them. The text goes into public bug reports: peers are numbered, not named,
 * and it holds no file name, key, address, link or peer-supplied text.
 */
import type { PeerSnapshot, RoomSnapshot, RoomStats, ShareSnapshot, ShoalSnapshot } from './api';
import type { Check } from './checks';

export function statsOf(room: RoomSnapshot): RoomStats {
  const { bytesSent, bytesReceived, duplicateBytes, badChunks } = room.totals;
  const count = (of: (share: ShareSnapshot) => number): number =>
    room.shares.reduce((sum, share) => sum + of(share), 0);
  return {
    bytesSent,
    bytesReceived,
    duplicateBytes,
    badChunks,
    chunksHave: count((share) => share.chunksHave),
    chunksTotal: count((share) => share.chunksTotal),
    peers: room.peers.map((peer) => ({
      id: peer.id,
      bytesSent: peer.bytesSent,
      bytesReceived: peer.bytesReceived,
      path: peer.path,
    })),
  };
}

/** Which program in which browser. */
export interface ProgramContext {
  readonly version: string;
  readonly userAgent: string;
}

export interface DiagnosticsContext extends ProgramContext {
  readonly snapshot: ShoalSnapshot;
  /** Oldest first. */
  readonly events: readonly string[];
}

export function diagnosticsOf(room: RoomSnapshot | undefined, context: DiagnosticsContext): string {
  const { snapshot } = context;
  const lines = [
    programLine(context),
    `phase ${snapshot.phase}, error ${snapshot.error ?? 'none'}, rooms ${snapshot.rooms.length} open, ${snapshot.library.length} stored`,
    snapshot.storage
      ? `storage ${snapshot.storage.usedBytes} of ${snapshot.storage.quotaBytes} bytes, persisted ${snapshot.storage.persisted}`
      : 'storage unknown',
    ...(room ? roomLines(room) : ['room not open']),
    `events (${context.events.length})`,
    ...context.events.map((event) => `  ${event}`),
  ];
  return `${lines.join('\n')}\n`;
}

const programLine = ({ version, userAgent }: ProgramContext): string =>
  `Shoal ${version}, ${browserOf(userAgent)}`;

/** What the checks came to, and after it `room`: the diagnostics of the room in view, or ''. */
export function diagnosisReport(checks: readonly Check[], context: ProgramContext, room: string): string {
  const lines = [
    ...(room === '' ? [programLine(context)] : []),
    `checks (${checks.length})`,
    ...checks.map(checkLine),
  ];
  return `${room}${lines.join('\n')}\n`;
}

function checkLine({ id, state, finding, tookMs, facts }: Check): string {
  const known = Object.entries(facts).filter(([, value]) => value !== '');
  const told = known.map(([name, value]) => `, ${name} ${value}`).join('');
  return `  ${id}: ${state}, ${finding}, ${tookMs} ms${told}`;
}

function roomLines(room: RoomSnapshot): string[] {
  const { detail, totals, progress } = room;
  const missing = detail.kind === 'missing' ? ` ${detail.chunks} chunks, ${detail.lostPeers} peers lost` : '';
  return [
    `room: ${room.role}, ${room.state} (${detail.kind}${missing}), server ${room.server}, error ${errorOf(room)}`,
    `progress ${progress.bytesDone} of ${progress.bytesTotal} bytes, in ${rate(progress.rateIn)}, out ${rate(progress.rateOut)}`,
    `sent ${totals.bytesSent}, received ${totals.bytesReceived} (relayed ${totals.bytesReceivedRelayed}), duplicate ${totals.duplicateBytes}, bad chunks ${totals.badChunks}, stored ${room.storedBytes}`,
    ...room.shares.map(shareLine),
    ...room.peers.map(peerLine),
    ...room.lostPeers.map((lost, i) => `  lost ${i + 1}: ${lost.reason}`),
  ];
}

const errorOf = (room: RoomSnapshot): string =>
  room.error === null ? 'none' : [room.error, room.errorDetail].filter(Boolean).join(' ');

const rate = (bytesPerSecond: number): string => `${Math.round(bytesPerSecond)} B/s`;

const shareLine = (share: ShareSnapshot, i: number): string =>
  `  share ${i + 1}: by ${share.publisher}, ${share.totalBytes} bytes, chunks ${share.chunksHave} of ${share.chunksTotal}, ` +
  `files ${share.fileCount ?? 'unknown'}, prepared ${share.preparedBytes ?? 'n/a'}, ` +
  `from file ${share.fromFile}, files needed ${share.filesNeeded}, error ${share.error ?? 'none'}, ${closingText(share)}`;

function closingText({ closing }: ShareSnapshot): string {
  if (!closing) return 'closing unknown';
  const { state, copies, fraction, needed, scarce, onlyHere, lacking, unknown } = closing;
  return (
    `closing ${state}: copies ${(copies + fraction).toFixed(2)} of ${needed}, chunks below that ${scarce}, ` +
    `only here ${onlyHere}, peers lacking ${lacking}, unknown ${unknown}`
  );
}

const peerLine = (peer: PeerSnapshot, i: number): string =>
  `  peer ${i + 1}: ${peer.path}${peer.isCreator ? ', creator' : ''}, sent ${peer.bytesSent}, received ${peer.bytesReceived}, ` +
  `in ${rate(peer.rateIn)}, out ${rate(peer.rateOut)}, complete ${Math.round(peer.completeness * 100)} %`;

/** Tried in this order: each later family's token also stands in the earlier ones' user agents. */
const families = [
  ['Edge', /Edg\/(\d+)/],
  ['Firefox', /Firefox\/(\d+)/],
  ['Chromium', /Chrome\/(\d+)/],
  ['Safari', /Version\/(\d+).*Safari/],
] as const;

/** Family and major version: enough for a report, too little to tell a person by. */
function browserOf(userAgent: string): string {
  for (const [family, pattern] of families) {
    const major = pattern.exec(userAgent)?.[1];
    if (major !== undefined) return `${family} ${major}`;
  }
  return 'unknown browser';
}
