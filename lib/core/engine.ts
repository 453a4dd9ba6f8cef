/**
 * The engine: a function of inputs and time. It routes each input to the machines (peer, transfer; later overlay, dht, search), which never
 * call each other, and returns what the host must do. Run to completion: one input at a time, all its effects returned. PROTOCOL.md EN.
 */
import { unreachable } from '../base/invariant';
import type { PeerId, SessionId } from '../base/ids';
import { createPrng } from '../base/prng';
import { defaultConfig, type EngineConfig } from './config';
import { Sessions } from './peer/sessions';
import { Transfer } from './transfer/transfer';
import type { Effect, Input } from './types';

export interface EngineOptions {
  readonly self: PeerId;
  /** Any 53-bit integer; same seed and inputs, same effects. */
  readonly seed: number;
  readonly config?: Partial<EngineConfig>;
}

/** How often time-driven rules are looked at. Data never waits for it. */
const housekeepMs = 1_000;

export class Engine {
  readonly config: EngineConfig;
  readonly transfer: Transfer;
  private readonly sessions: Sessions;
  private effects: Effect[] = [];
  private housekeepAt = 0;
  /** The transfer machine has a record of each link that is up, and looks at it for each message anyway. */
  private readonly heardAt = (session: SessionId): number => this.transfer.links.get(session)?.heardAt ?? 0;
  private wakeAt = Infinity;

  constructor(options: EngineOptions) {
    this.config = { ...defaultConfig, ...options.config };
    const random = createPrng(options.seed);
    const emit = (effect: Effect): void => void this.effects.push(effect);
    this.sessions = new Sessions(options.self, this.config, random, emit);
    this.transfer = new Transfer(options.self, this.config, random, emit);
  }

  /** Takes one input at `now` (ms, never going back) and answers all effects, in the order they must be carried out. */
  handle(input: Input, now: number): Effect[] {
    this.transfer.now = now;
    this.route(input, now);
    if (now >= this.housekeepAt) {
      this.housekeepAt = now + housekeepMs;
      this.sessions.housekeep(now, this.transfer.useless(), this.heardAt);
      this.transfer.housekeep();
    }
    this.transfer.settle();
    this.schedule(now);
    const effects = this.effects;
    this.effects = [];
    return effects;
  }

  private route(input: Input, now: number): void {
    const { transfer, sessions } = this;
    switch (input.kind) {
      case 'tick':
        this.wakeAt = Infinity;
        return;
      case 'candidates':
        return sessions.candidates(input.peers, now);
      case 'tracker':
        if (input.online) transfer.holdings.forgotten();
        return sessions.trackerState(input.online, now);
      case 'knocked':
        return sessions.knocked(input.peer, now);
      case 'offered':
        return sessions.offered(input.peer, input.session, now);
      case 'link-up': {
        const peer = sessions.linkUp(input.session, now);
        if (peer) transfer.linkUp(input.session, peer);
        return;
      }
      case 'link-down':
        transfer.linkDown(input.session, input.reason);
        return sessions.linkDown(input.session, input.reason, now);
      case 'message':
        return this.message(input.session, input.message, now);
      case 'link-breach':
        if (sessions.isUp(input.session)) {
          this.effects.push({ kind: 'disconnect', session: input.session, reason: input.reason });
        }
        return;
      case 'share-added':
        return transfer.shareAdded(input);
      case 'share-removed':
        return transfer.shareRemoved(input.share);
      case 'wanted':
        return transfer.wanted(input.share, input.ranges);
      case 'urgent':
        return transfer.urgent(input.share, input.windows);
      case 'segment-known':
        return transfer.segmentKnown(input.share, input.segment, input.known);
      case 'segment-bad':
        return transfer.segmentBad(input.session, input.share, input.segment);
      case 'chunk-published':
        return transfer.published(input.share, input.chunk);
      case 'chunk-restored':
        return transfer.restored(input.share, input.chunk);
      case 'block-received': {
        const link = transfer.links.get(input.session);
        if (!link) return;
        link.heardAt = now;
        return transfer.downloads.blockReceived(link, input.tag, input.bytes);
      }
      case 'chunk-verified':
        return transfer.chunkVerified(input.session, input.tag);
      case 'chunk-bad':
        return transfer.chunkBad(input.session, input.tag);
      case 'chunk-settled':
        return transfer.chunkSettled(input.share, input.chunk, input.kept);
      case 'chunks-lost':
        return transfer.chunksLost(input.share, input.ranges);
      case 'block-sent':
        return transfer.blockSent(input.session, input.tag, input.bytes, input.done);
      case 'serve-failed': {
        const link = transfer.links.get(input.session);
        if (link) transfer.uploads.failed(link, input.tag);
        return;
      }
      case 'audit-passed':
        return transfer.auditPassed(input.session, input.share);
      case 'receiving':
        transfer.downloads.paused = input.paused;
        return transfer.touchAll();
      default:
        return unreachable(input);
    }
  }

  private message(
    session: SessionId,
    message: Extract<Input, { kind: 'message' }>['message'],
    now: number,
  ): void {
    const link = this.transfer.links.get(session);
    if (!link) return;
    link.heardAt = now;
    if (message.type === 'ping') this.effects.push({ kind: 'send', session, message: { type: 'pong' } });
    const breach = this.transfer.message(session, message);
    if (breach) this.effects.push({ kind: 'disconnect', session, reason: breach });
  }

  private schedule(now: number): void {
    const due = Math.max(now, Math.min(this.housekeepAt, this.transfer.dueAt));
    if (due >= this.wakeAt) return;
    this.wakeAt = due;
    this.effects.push({ kind: 'wake', at: due });
  }
}
