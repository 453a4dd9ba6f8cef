/**
 * The engine's host in real time: carries out its effects through the ports and feeds what happens back, one input at a time. One driver
 * is one room of one profile. The simulator is the other host; both switch over Effect with a `never` default.
 */
import type { Bitfield } from '../base/bitfield';
import { toBase64Url } from '../base/bytes';
import { ShoalError, type CloseReason } from '../base/errors';
import { unreachable } from '../base/invariant';
import { idBytes, type PeerId, type SessionId, type ShareId } from '../base/ids';
import type { MessageOf } from '../wire/messages';
import type { ShareSummary } from '../wire/signaling';
import { Engine } from '../core/engine';
import type { Effect, Fact, Input, ShareHolding } from '../core/types';
import { purposes } from '../content/link';
import { segmentLength } from '../content/layout';
import { hashBytes, segmentSigningBytes } from '../content/segments';
import type { Bytes, Identity, TrackerState } from '../ports';
import { Audits } from './audits';
import { Catalogs } from './catalogs';
import { ChunkWriter } from './chunk-writer';
import { DownloadCount } from './download-count';
import { Endings } from './endings';
import { Keeping } from './keeping';
import type { DriverContext, RoomKeys, RoomPorts } from './context';
import { fileBytes } from './file-bytes';
import { Links } from './links';
import { Publisher } from './publisher';
import { Reattach } from './reattach';
import { Receiving } from './receiving';
import { SealedChunks } from './sealed-chunks';
import { Sending } from './sending';
import { eraseShare, saveSegments, saveShare, type ShareEntry } from './share-entry';

export interface DriverOptions {
  readonly ports: RoomPorts;
  readonly keys: RoomKeys;
  readonly identity: Identity;
  /** Said to peers in the handshake: a browser family, nothing more. */
  readonly agent: string;
  readonly config?: ConstructorParameters<typeof Engine>[0]['config'];
  readonly changed: (urgent: boolean) => void;
  readonly policyChanged: (encoded: Bytes) => Promise<void>;
  readonly endingChanged: (encoded: Bytes) => Promise<void>;
  /** These have had what they asked for, all of them since the room was made. */
  readonly downloadsCounted: (peers: readonly PeerId[]) => void;
  /** Somebody is linked with us. */
  readonly met?: () => void;
  /** Drops what nobody needs any more; false when there was nothing. */
  readonly makeSpace: () => Promise<boolean>;
  /** The store holds this chunk: it came, or self made it (and then, where space lacks, only the file has it). */
  readonly kept?: (share: ShareId, chunk: number) => void;
}

export interface LostPeer {
  readonly id: PeerId;
  readonly reason: CloseReason;
  /** Driver clock. */
  readonly at: number;
}

const lostPeersKept = 20;

export class Driver implements DriverContext {
  readonly ports: RoomPorts;
  readonly keys: RoomKeys;
  readonly identity: Identity;
  readonly engine: Engine;
  readonly shares = new Map<ShareId, ShareEntry>();
  readonly links: Links;
  readonly catalogs: Catalogs;
  readonly endings: Endings;
  readonly downloads: DownloadCount;
  readonly publisher: Publisher;
  readonly receiving: Receiving;
  readonly sending: Sending;
  readonly changed: (urgent: boolean) => void;
  private readonly dropForgotten: () => Promise<boolean>;
  private readonly kept: DriverOptions['kept'];
  private readonly met: DriverOptions['met'];
  server: TrackerState = 'connecting';
  refusal: string | null = null;
  members = 0;
  /** Peers linked when the tracker last counted the room, or since. */
  private acquainted = new Set<PeerId>();
  readonly lostPeers: LostPeer[] = [];
  private readonly memory: SealedChunks;
  readonly writer: ChunkWriter;
  readonly keeping: Keeping;
  readonly reattach: Reattach;
  /** As the platform told when a write last failed. */
  space: { readonly usedBytes: number; readonly quotaBytes: number } | null = null;
  private readonly audits: Audits;
  private readonly tags = new Map<ShareId, ShareId>();
  private readonly inbox: Input[] = [];
  private running = false;
  private closed = false;
  private cancelWake: (() => void) | null = null;

  constructor(options: DriverOptions) {
    const { ports, keys, identity } = options;
    this.ports = ports;
    this.keys = keys;
    this.identity = identity;
    this.changed = options.changed;
    this.dropForgotten = options.makeSpace;
    this.kept = options.kept;
    this.met = options.met;
    const seed = new DataView(ports.crypto.random(8).buffer).getUint32(0);
    this.engine = new Engine({
      self: identity.peer,
      seed,
      ...(options.config && { config: options.config }),
    });
    this.memory = new SealedChunks(this);
    this.writer = new ChunkWriter(this, () => this.storageTurned());
    this.receiving = new Receiving(this, this.memory, this.writer);
    this.sending = new Sending(this, this.memory);
    this.publisher = new Publisher(this, this.memory);
    this.reattach = new Reattach(this, this.publisher);
    this.keeping = new Keeping(this, this.memory, this.writer, (entry) => this.publisher.restock(entry));
    this.links = new Links(
      this,
      {
        message: (link, message) => {
          if (
            message.type === 'shares' ||
            message.type === 'catalogRequest' ||
            message.type === 'catalogPart'
          ) {
            this.catalogs.message(link, message);
          } else if (message.type === 'ending') this.endings.message(link, message.ending);
          else this.feed({ kind: 'message', session: link.session, message });
        },
        block: (link, frame) => this.receiving.block(link, frame),
        drained: (link) => this.sending.drained(link.session),
        up: (link) => {
          this.catalogs.linkUp(link);
          this.endings.linkUp(link.session);
        },
        down: (session) => this.linkDown(session),
      },
      options.agent,
    );
    this.audits = new Audits(this, this.memory, this.links);
    this.catalogs = new Catalogs(this, this.links, {
      added: (entry) => this.addShare(entry, null),
      catalogKnown: async (entry) => {
        await saveShare(ports.records, keys.room, entry);
        this.changed(true);
      },
      policyChanged: async (encoded) => {
        await options.policyChanged(encoded);
        this.changed(true);
      },
    });
    this.endings = new Endings(this, this.links, {
      changed: async (encoded) => {
        await options.endingChanged(encoded);
        this.changed(true);
      },
      over: () => this.retire(),
    });
    this.downloads = new DownloadCount(this, {
      counted: (peers) => {
        options.downloadsCounted(peers);
        this.changed(true);
      },
      reached: () => this.background('ending', this.endings.set({ over: 'downloads', endsAt: null })),
    });
  }

  /** Joins the tracker; from now on peers may come. Not in a room that is over. */
  start(): void {
    this.feed({ kind: 'tick' });
    if (!this.endings.start()) return this.retire();
    this.downloads.start();
    this.ports.tracker.join(this.keys.room, {
      identity: this.identity,
      joined: (answer) => {
        this.refusal = null;
        this.links.setIce({ servers: answer.iceServers, policy: answer.icePolicy });
        this.handout(answer.peers, answer.members);
      },
      refused: (code) => {
        this.refusal = code;
        this.ports.log.write('tracker-refused', { code });
        this.changed(true);
      },
      ended: (ending) => {
        this.refusal = 'room-ended';
        this.endings.fromServer(ending);
        this.changed(true);
      },
      handout: (peers, members) => this.handout(peers, members),
      signal: (from, session, sealed) => this.links.signalReceived(from, session, sealed),
      state: (state) => {
        this.server = state;
        this.feed({ kind: 'tracker', online: state === 'online' });
        this.changed(true);
      },
    });
  }

  /** People in the room, by the tracker's last count, who have not been linked since. */
  get strangers(): number {
    return Math.max(0, this.members - 1 - this.acquainted.size);
  }

  /** Says goodbye, waits for writes. The driver is of no use afterwards. */
  async close(): Promise<void> {
    if (this.closed) return;
    for (const share of this.shares.keys()) this.publisher.stop(share);
    this.links.close();
    this.ports.tracker.leave(this.keys.room);
    this.closed = true;
    this.endings.close();
    this.cancelWake?.();
    this.writer.end();
    await this.writer.idle();
  }

  /** Resolves when every verified chunk is kept; rejects with the store's ShoalError when that cannot be now. */
  async flush(): Promise<void> {
    await this.writer.idle();
    if (this.writer.stuck) throw this.writer.stuck;
  }

  waits(share: ShareId, chunk: number): Bytes | undefined {
    return this.writer.waits(share, chunk);
  }

  lose(entry: ShareEntry, chunks: readonly number[]): void {
    this.keeping.lose(entry, chunks);
  }

  wantOwn(entry: ShareEntry): void {
    this.keeping.wantOwn(entry);
  }

  /** The plaintext of a file that is wholly here; see file-bytes. */
  fileBytes(entry: ShareEntry, file: number, maxBytes: number): Promise<Bytes | null> {
    return fileBytes(this, this.memory, entry, file, maxBytes);
  }

  feed(input: Input): void {
    if (this.closed) return;
    if (input.kind === 'chunk-published' || (input.kind === 'chunk-settled' && input.kept))
      this.kept?.(input.share, input.chunk);
    this.inbox.push(input);
    if (this.running) return;
    this.running = true;
    try {
      for (let next = this.inbox.shift(); next; next = this.inbox.shift()) {
        for (const effect of this.engine.handle(next, this.ports.clock.now())) this.perform(effect);
      }
    } finally {
      this.running = false;
    }
    this.downloads.look();
  }

  /** The room is over: goodbye to everybody. What is here stays, and what is still to be written is written. */
  private retire(): void {
    for (const share of this.shares.keys()) this.publisher.stop(share);
    this.links.close();
    // The tracker was left; without one nobody is dialed either (PE8).
    this.server = 'offline';
    this.members = 0;
    this.feed({ kind: 'tracker', online: false });
    this.changed(true);
  }

  background(what: string, work: Promise<unknown>): void {
    work.catch((error: unknown) => this.ports.log.write('background-failed', { what, error: nameOf(error) }));
  }

  /** Takes a share in: kept from earlier, just learned, or just made. `have`: chunks in the store; null: not looked for yet. */
  async addShare(entry: ShareEntry, have: Bitfield | null): Promise<void> {
    if (this.shares.has(entry.id)) return;
    // A share just learned may have been here before: its records were lost and its chunks were not.
    if (!have && !entry.own) await this.keeping.stored(entry);
    const tag = await this.ports.crypto.derive(this.keys.secret, purposes.shareTag + entry.id, idBytes);
    if (!have) await saveShare(this.ports.records, this.keys.room, entry);
    const { id: share, geometry, known } = entry;
    const publisher = await this.peerOf(entry.header.publisherKey);
    this.tags.set(entry.id, toBase64Url(tag) as ShareId);
    this.shares.set(entry.id, entry);
    this.feed({ kind: 'share-added', share, geometry, have, known, publisher });
    this.changed(true);
  }

  /** Two signed truths about one thing, or a signed one that does not hold: the publisher lies, and no peer can mend that. */
  distrust(entry: ShareEntry): void {
    entry.error = 'publisher-lies';
    this.ports.log.write('publisher-lies');
    this.feed({ kind: 'wanted', share: entry.id, ranges: [] });
    this.changed(true);
  }

  /** First 16 bytes of the key's hash (design §4). */
  async peerOf(publicKey: Uint8Array): Promise<PeerId> {
    return toBase64Url((await this.ports.crypto.sha256(publicKey)).subarray(0, idBytes)) as PeerId;
  }

  async removeShare(share: ShareId): Promise<void> {
    this.publisher.stop(share);
    this.feed({ kind: 'share-removed', share });
    this.shares.delete(share);
    this.memory.forget(share);
    this.writer.forget(share);
    await this.writer.idle();
    await this.ports.chunks.drop(share);
    await eraseShare(this.ports.records, this.keys.room, share);
    this.changed(true);
  }

  private perform(effect: Effect): void {
    switch (effect.kind) {
      case 'connect':
        return this.links.connect(effect.peer, effect.session, effect.role);
      case 'knock':
        return this.links.knock(effect.peer, effect.session);
      case 'disconnect':
        return this.links.disconnect(effect.session, effect.reason);
      case 'send':
        return this.links.send(effect.session, effect.message);
      case 'expect':
        return this.receiving.expect(effect.session, effect.tag, effect.share, effect.chunk);
      case 'verify':
        return this.receiving.verify(effect.session, effect.tag, effect.share, effect.chunk);
      case 'discard':
        return this.receiving.discard(effect.session, effect.tag);
      case 'serve': {
        const link = this.links.get(effect.session);
        if (link) this.sending.serve(link, effect);
        return;
      }
      case 'unserve':
        return this.sending.unserve(effect.session, effect.tag);
      case 'check-segment':
        return this.background('segment', this.checkSegment(effect.session, effect.message));
      case 'send-segment':
        return this.sendSegment(effect.session, effect.share, effect.segment, effect.from);
      case 'answer-audit':
        return this.background('audit', this.audits.answer(effect));
      case 'check-audit':
        return this.background('audit', this.audits.check(effect));
      case 'announce':
        return this.ports.tracker.announce(this.keys.room, this.summaries(effect.shares));
      case 'handout':
        return this.ports.tracker.handout(this.keys.room, effect.linked);
      case 'wake':
        this.cancelWake?.();
        this.cancelWake = this.ports.clock.at(effect.at, () => this.feed({ kind: 'tick' }));
        return;
      case 'report':
        return this.report(effect.fact);
      default:
        return unreachable(effect);
    }
  }

  private report(fact: Fact): void {
    switch (fact.kind) {
      case 'chunk-got':
        this.receiving.got(fact.share, fact.chunk);
        return this.changed(false);
      case 'peer-linked':
        this.acquainted.add(fact.peer);
        this.met?.();
        return this.changed(true);
      case 'share-complete':
        return this.changed(true);
      case 'peer-lost':
        this.ports.log.write('peer-lost', { reason: fact.reason, wasUp: fact.wasUp });
        if (fact.wasUp) {
          this.lostPeers.unshift({ id: fact.peer, reason: fact.reason, at: this.ports.clock.now() });
          this.lostPeers.length = Math.min(this.lostPeers.length, lostPeersKept);
        }
        return this.changed(true);
      case 'bad-chunk':
        return this.ports.log.write('bad-chunk', { chunk: fact.chunk });
      case 'snubbed':
        return this.ports.log.write('snubbed');
      default:
        return unreachable(fact);
    }
  }

  private handout(peers: readonly { readonly peer: PeerId }[], members: number): void {
    this.members = members;
    this.acquainted = new Set([...this.links.all()].map(({ peer }) => peer));
    this.feed({ kind: 'candidates', peers: peers.map(({ peer }) => peer) });
    this.changed(true);
  }

  private linkDown(session: SessionId): void {
    this.catalogs.linkDown(session);
    this.receiving.forget(session);
    this.sending.forget(session);
  }

  /** The server must not be able to tell that a share is in two rooms, so it gets a tag derived from the room's secret. */
  private summaries(holdings: readonly ShareHolding[]): ShareSummary[] {
    return holdings.flatMap(({ share, band, regions }) => {
      const tag = this.tags.get(share);
      return tag ? [{ share: tag, band, regions }] : [];
    });
  }

  private sendSegment(session: SessionId, share: ShareId, segment: number, from: number): void {
    const entry = this.shares.get(share);
    if (!entry) return;
    this.links.send(session, {
      type: 'segment',
      share,
      segment,
      from,
      ...entry.segments.slice(segment, from),
    });
  }

  private async checkSegment(session: SessionId, message: MessageOf<'segment'>): Promise<void> {
    const { share, segment, from, hashes, signature } = message;
    const entry = this.shares.get(share);
    if (!entry) return;
    const all = entry.segments.hashesWith(segment, from, hashes);
    const fits = all !== undefined && all.length <= hashBytes * segmentLength(entry.geometry, segment);
    const { publisherKey } = entry.header;
    const { crypto } = this.ports;
    const signed =
      fits && (await crypto.verify(publisherKey, segmentSigningBytes(share, segment, all), signature));
    const verdict = signed ? entry.segments.accept(segment, all, signature) : 'out-of-range';
    if (verdict === 'out-of-range') {
      this.feed({ kind: 'segment-bad', share, segment, session });
      return;
    }
    if (verdict === 'conflict') {
      this.distrust(entry);
      return;
    }
    // On a full disk they are kept in memory, and written with what waits.
    if (verdict === 'grown')
      await saveSegments(this.ports.records, entry, [segment]).catch(() =>
        this.ports.log.write('segment-unsaved'),
      );
    // First what is found here, so that it is not asked for.
    if (verdict === 'grown')
      await this.keeping.adopt(entry).catch(() => this.ports.log.write('adopt-failed'));
    this.feed({ kind: 'segment-known', share, segment, known: entry.segments.known(segment), session });
  }

  private async makeSpace(): Promise<void> {
    if (await this.dropForgotten()) await this.writer.retry();
  }

  /** Hashes that could not be written when they came. */
  private async saveUnsaved(): Promise<void> {
    for (const entry of this.shares.values())
      if (entry.unsaved.size > 0) await saveSegments(this.ports.records, entry, [...entry.unsaved]);
  }

  /** Writes fail, or succeed again. What was verified waits in memory; nothing more is asked for meanwhile. */
  private storageTurned(): void {
    const { stuck } = this.writer;
    this.feed({ kind: 'receiving', paused: stuck !== null });
    this.ports.log.write(stuck ? 'store-failed' : 'store-recovered', { code: stuck?.code ?? '' });
    this.changed(true);
    if (!stuck) return this.background('unsaved', this.saveUnsaved());
    if (stuck.code === 'quota-exceeded') this.background('make-space', this.makeSpace());
    const asking = this.ports.chunks.estimate().then((space) => {
      this.space = space;
      this.changed(true);
    });
    this.background('estimate', asking);
  }
}

/** For the log: kind of failure only, because messages may hold file names. */
function nameOf(error: unknown): string {
  if (error instanceof ShoalError) return error.code;
  return error instanceof Error ? error.name : typeof error;
}
