/**
 * What a person sees of a room, computed from driver and engine: one state word with its reason, shares, peers, rates. Pure reading; the
 * rules for the state word are PROTOCOL.md RS, first match wins.
 */
import type { CloseReason, ShoalErrorCode } from '../base/errors';
import type { Driver } from '../driver/driver';
import type { ShareEntry } from '../driver/share-entry';
import { spaceAfterRefusal } from '../driver/space';
import type { Bytes } from '../ports';
import type { PeerSnapshot, RoomOptions, RoomSnapshot, RoomState, ShareSnapshot, StateDetail } from './api';
import { bytesOfChoice } from './selection';
import { chunksOf } from '../content/layout';
import { closingFacts, safeToClose } from '../core/transfer/safe-to-close';

/** Per-file percentages are computed for shares of at most so many files. */
const filePercentLimit = 2_000;
/** A server silent for this long is told as such. */
const serverPatienceMs = 8_000;
/** Rates under this are noise of the last block. */
const movingBytesPerSecond = 1;

export interface RoomFacts {
  readonly driver: Driver;
  readonly link: string;
  readonly role: 'creator' | 'guest';
  readonly createdAt: number;
  readonly saveWanted: boolean;
  /** Files are still being found for it. */
  readonly collecting: boolean;
  readonly passphrase: boolean;
  /** Somebody has been linked with us here, in this visit or an earlier one. */
  readonly met: boolean;
  /** Driver clock: since when the server is unreachable; null: it is not. */
  readonly offlineSince: number | null;
}

export function roomSnapshot(facts: RoomFacts): RoomSnapshot {
  const { driver } = facts;
  const now = driver.ports.clock.now();
  const peers = peerSnapshots(driver, now);
  const entries = [...driver.shares.values()];
  const rateIn = sum(peers, (peer) => peer.rateIn);
  const rateOut = sum(peers, (peer) => peer.rateOut);
  const wanted = entries.filter((entry) => entry.chosen !== null && !entry.own);
  const preparing = entries.filter((entry) => entry.preparing);
  const bytesTotal = wanted.length
    ? sum(wanted, (entry) => bytesOfChoice(entry, entry.chosen))
    : sum(preparing, (entry) => entry.geometry.totalBytes);
  const bytesDone = wanted.length
    ? sum(wanted, (entry) => bytesOfChoice(entry, entry.chosen) * doneShare(driver, entry))
    : sum(preparing, preparedBytes);
  const { state, detail, error } = judge(facts, entries, peers, { rateIn, rateOut, now });
  const complete = wanted.length > 0 && wanted.every((entry) => isComplete(driver, entry));
  const mayAdd = facts.role === 'creator' || driver.catalogs.othersMayAdd;
  return {
    id: driver.keys.room,
    self: driver.identity.peer,
    link: facts.link,
    role: facts.role,
    createdAt: facts.createdAt,
    state,
    detail,
    error,
    errorDetail: driver.refusal ?? '',
    server: driver.server,
    peers,
    shares: entries.map((entry) => shareSnapshot(driver, entry)),
    othersMayAdd: driver.catalogs.othersMayAdd,
    mayAdd: mayAdd && driver.endings.over === null,
    options: roomOptions(facts, entries),
    progress: {
      bytesDone: Math.floor(bytesDone),
      bytesTotal,
      rateIn,
      rateOut,
      secondsLeft:
        bytesDone < bytesTotal && rateIn > movingBytesPerSecond && wanted.length
          ? (bytesTotal - bytesDone) / rateIn
          : null,
    },
    totals: {
      bytesSent: driver.sending.bytesSent,
      bytesReceived: driver.receiving.bytesReceived,
      bytesReceivedRelayed: driver.receiving.bytesReceivedRelayed,
      duplicateBytes: driver.receiving.duplicateBytes,
      badChunks: driver.receiving.badChunks,
    },
    storedBytes: sum(entries, (entry) => entry.storedBytes),
    savePending: facts.saveWanted && complete,
    canSave: complete,
    lostPeers: [...driver.lostPeers],
  };
}

function roomOptions(
  { driver, role, passphrase, met }: RoomFacts,
  entries: readonly ShareEntry[],
): RoomOptions {
  const { limit, count } = driver.downloads;
  const fixed = met ? 'met' : entries.every(({ own, sources }) => own && sources) ? null : 'files';
  return {
    passphrase,
    passphraseFixed: role === 'guest' ? 'guest' : fixed,
    endsAt: driver.endings.ending?.endsAt ?? null,
    downloads: limit === null ? null : { limit, done: count },
    over: driver.endings.over,
  };
}

interface Judgement {
  readonly state: RoomState;
  readonly detail: StateDetail;
  readonly error: ShoalErrorCode | null;
}

function judge(
  facts: RoomFacts,
  entries: readonly ShareEntry[],
  peers: readonly PeerSnapshot[],
  { rateIn, rateOut, now }: { rateIn: number; rateOut: number; now: number },
): Judgement {
  const { driver } = facts;
  const is = (state: RoomState, detail: StateDetail, error: ShoalErrorCode | null = null): Judgement => ({
    state,
    detail,
    error,
  });
  const broken = entries.find((entry) => entry.error !== null);
  if (broken) return is('error', { kind: 'error' }, broken.error);
  const { over } = driver.endings;
  const refusal = over ? null : refusalError(driver.refusal);
  if (refusal && peers.length === 0) return is('error', { kind: 'error' }, refusal);
  const unreachable =
    facts.offlineSince !== null && now - facts.offlineSince > serverPatienceMs ? 'server-unreachable' : null;
  if (facts.collecting) return is('hashing', { kind: 'collecting' });
  if (entries.some((entry) => entry.checkedChunks !== null)) return is('hashing', { kind: 'checking' });
  if (entries.some((entry) => entry.preparing)) return is('hashing', { kind: 'preparing' });
  const unwritten = storageTrouble(driver, entries);
  if (unwritten) return is('stalled', unwritten);

  const incomplete = entries.filter(
    (entry) => entry.chosen !== null && !entry.own && !isComplete(driver, entry),
  );
  if (over) {
    const got = entries.some((entry) => entry.chosen !== null && !entry.own);
    return is(incomplete.length > 0 ? 'stalled' : got ? 'complete' : 'waiting', { kind: 'ended', why: over });
  }
  if (incomplete.length > 0) {
    if (peers.length === 0) {
      if (driver.lostPeers.length > 0) return is('stalled', missingOf(driver, incomplete), unreachable);
      return alone(driver, unreachable);
    }
    if (rateIn > movingBytesPerSecond || incomplete.some((entry) => isMoving(driver, entry))) {
      return is('transferring', { kind: 'receiving' });
    }
    return is('stalled', missingOf(driver, incomplete));
  }

  const foreign = entries.filter((entry) => !entry.own);
  if (foreign.some((entry) => entry.chosen !== null)) return is('complete', { kind: 'received' });
  const own = entries.filter((entry) => entry.own);
  if (own.some((entry) => filesNeeded(driver, entry))) return is('stalled', { kind: 'files-needed' });
  if (own.length === 0) {
    if (foreign.some((entry) => entry.catalog)) return is('waiting', { kind: 'ready' });
    if (peers.length === 0) return alone(driver, unreachable);
    return is('connecting', { kind: 'catalog' });
  }
  if (rateOut > movingBytesPerSecond) return is('transferring', { kind: 'sending' });
  if (peers.length === 0) return alone(driver, unreachable);
  const { transfer } = driver.engine;
  const served = [...transfer.links.values()].every((link) => {
    const views = [...link.views];
    return (
      views.some(([, view]) => view.wanted.count > 0) &&
      views.every(([id, view]) => !transfer.shares.get(id)?.canGive(view))
    );
  });
  return served ? is('complete', { kind: 'sent' }) : is('waiting', { kind: 'nobody-asks' });
}

/** Writes fail: at once for want of space, else when trying again did not help. */
function storageTrouble(driver: Driver, entries: readonly ShareEntry[]): StateDetail | null {
  const { stuck, failures, waitingBytes } = driver.writer;
  if (!stuck) return null;
  if (stuck.code !== 'quota-exceeded') return failures > 1 ? { kind: 'storage-failing' } : null;
  const missing = sum(entries, ({ id, own, geometry }) =>
    own ? 0 : (driver.engine.transfer.shares.get(id)?.missing ?? 0) * geometry.chunkBytes,
  );
  return { kind: 'storage-full', ...spaceAfterRefusal(missing + waitingBytes, driver.space) };
}

/** Nobody is linked: because of the server, because nobody is there, or because it has not worked yet. */
function alone(driver: Driver, unreachable: ShoalErrorCode | null): Judgement {
  if (driver.server !== 'online')
    return { state: 'connecting', detail: { kind: 'server' }, error: unreachable };
  if (driver.members > 1) return { state: 'connecting', detail: { kind: 'peers' }, error: null };
  return { state: 'waiting', detail: { kind: 'empty-room' }, error: null };
}

function refusalError(code: string | null): ShoalErrorCode | null {
  if (code === null) return null;
  if (code === 'room-full') return 'room-full';
  return code === 'rate-limited' || code === 'server-full' || code === 'too-many-rooms'
    ? 'server-busy'
    : 'server-refused';
}

/** Something is under way, or a linked peer has what is missing, or the publisher itself is here and may still be preparing it. */
function isMoving(driver: Driver, entry: ShareEntry): boolean {
  const share = driver.engine.transfer.shares.get(entry.id);
  if (!share) return false;
  if (share.underway.size > 0 || share.asked.size > 0) return true;
  for (const { views } of driver.engine.transfer.links.values()) {
    if ((views.get(entry.id)?.useful ?? 0) > 0) return true;
  }
  const publisher = entry.publisher === 'creator' ? driver.keys.creator : null;
  for (const link of driver.links.all()) if (link.peer === publisher) return true;
  return false;
}

function missingOf(driver: Driver, entries: readonly ShareEntry[]): StateDetail {
  let chunks = 0;
  for (const entry of entries) {
    const share = driver.engine.transfer.shares.get(entry.id);
    share?.wanted.forEach((chunk) => {
      if (!share.have.has(chunk) && share.picker.availability[chunk] === 0) chunks++;
    });
  }
  // Distinct people who went by themselves; those self cut off for cause never had what they said.
  const gone = new Set(driver.lostPeers.filter(({ reason }) => wentAway.has(reason)).map(({ id }) => id));
  for (const link of driver.links.all()) gone.delete(link.peer);
  return { kind: 'missing', chunks, lostPeers: gone.size };
}

const wentAway: ReadonlySet<CloseReason> = new Set(['left', 'gone', 'silent']);

export function isComplete(driver: Driver, entry: ShareEntry): boolean {
  if (!entry.catalog) return false;
  return (driver.engine.transfer.shares.get(entry.id)?.missing ?? 1) === 0;
}

/** 0…1 of the chosen chunks. */
function doneShare(driver: Driver, entry: ShareEntry): number {
  const share = driver.engine.transfer.shares.get(entry.id);
  if (!share || share.wanted.count === 0) return share?.missing === 0 ? 1 : 0;
  return 1 - share.missing / share.wanted.count;
}

const preparedBytes = (entry: ShareEntry): number =>
  Math.min(
    entry.geometry.totalBytes,
    (entry.checkedChunks ?? entry.segments.knownChunks) * entry.geometry.chunkBytes,
  );

/** A publisher that cannot make all it promised: hashing never ended, or chunks are gone and the files are not at hand. */
export function filesNeeded(driver: Driver, entry: ShareEntry): boolean {
  if (!entry.own || entry.sources !== null || entry.preparing || driver.endings.over) return false;
  const have = driver.engine.transfer.shares.get(entry.id)?.have;
  return !entry.segments.isComplete || !have?.isFull;
}

function shareSnapshot(driver: Driver, entry: ShareEntry): ShareSnapshot {
  const { transfer } = driver.engine;
  const share = transfer.shares.get(entry.id);
  return {
    id: entry.id,
    publisher: entry.publisher,
    totalBytes: entry.geometry.totalBytes,
    chunksTotal: entry.geometry.chunkCount,
    chunksHave: share?.have.count ?? 0,
    fileCount: entry.catalog?.files.length ?? null,
    filesVersion: entry.filesVersion,
    chosen: entry.chosen,
    filePercent: fewFilePercents(driver, entry),
    preparedBytes: entry.preparing ? preparedBytes(entry) : null,
    fromFile: entry.fromFile,
    space: entry.fromFile ? entry.space : null,
    filesNeeded: filesNeeded(driver, entry),
    filesAsk: entry.handlesAsk && filesNeeded(driver, entry),
    error: entry.error,
    closing:
      share && !driver.endings.over ? safeToClose(closingFacts(transfer, share, driver.strangers)) : null,
  };
}

function fewFilePercents(driver: Driver, entry: ShareEntry): number[] | null {
  const count = entry.catalog?.files.length ?? 0;
  if (count === 0 || count > filePercentLimit || !driver.engine.transfer.shares.has(entry.id)) return null;
  return [...filePercents(driver, entry)];
}

/** Percent here of each file, one byte a file: 100 only for what is here whole. Empty while the list is unknown. */
export function filePercents(driver: Driver, entry: ShareEntry): Bytes {
  const percents = new Uint8Array(entry.catalog?.files.length ?? 0);
  const have = driver.engine.transfer.shares.get(entry.id)?.have;
  if (have?.isFull) return percents.fill(100);
  for (let i = 0; have && i < percents.length; i++) {
    const [first, count] = chunksOf(entry.geometry, entry.offsets[i] ?? 0, entry.offsets[i + 1] ?? 0);
    percents[i] = count === 0 ? 100 : Math.floor((have.countRange(first, first + count) * 100) / count);
  }
  return percents;
}

function peerSnapshots(driver: Driver, now: number): PeerSnapshot[] {
  const total = sum([...driver.shares.values()], (entry) => entry.geometry.chunkCount);
  return [...driver.links.all()].map((link) => {
    const transfer = driver.engine.transfer.links.get(link.session);
    const held = transfer ? sum([...transfer.views.values()], (view) => view.bits.count) : 0;
    return {
      id: link.peer,
      agent: link.agent,
      path: driver.links.path(link),
      near: link.channel.near(),
      bytesSent: transfer?.bytesSent ?? 0,
      bytesReceived: transfer?.bytesReceived ?? 0,
      rateIn: transfer?.rateIn.rate(now) ?? 0,
      rateOut: transfer?.rateOut.rate(now) ?? 0,
      completeness: total === 0 ? 1 : held / total,
      isCreator: link.peer === driver.keys.creator,
    };
  });
}

const sum = <Item>(items: readonly Item[], value: (item: Item) => number): number =>
  items.reduce((total, item) => total + value(item), 0);
