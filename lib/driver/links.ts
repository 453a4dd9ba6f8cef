/**
 * Sessions on the wire: signals sealed and opened, the handshake that proves both peer ids, control frames decoded, goodbyes. What a link
 * carries after the handshake goes to the engine, the catalogs or the receiver. PROTOCOL.md HS and SI.
 */
import type { CloseReason } from '../base/errors';
import type { PeerId, SessionId } from '../base/ids';
import { helloSigningBytes } from '../content/handshake';
import { decodeSignal, encodeSignal, signalAssociatedData } from '../content/signal';
import { decodeMessage, encodeMessage } from '../wire/codec';
import type { MessageOf, PeerMessage } from '../wire/messages';
import type { IceConfig, LinkChannel, LinkPath, SignalPayload, Transport } from '../ports';
import type { DriverContext } from './context';

/** Version of the peer protocol; others are refused in the handshake. */
export const protocolVersion = 1;
const nonceBytes = 12;
/** A peer that connected must prove itself within this. Guess: two signatures and a round trip on a busy phone. */
const handshakeMs = 15_000;
/** Control frames that may wait while the hello is checked. An honest peer sends a few dozen. */
const earlyFrames = 4_096;

export interface Link {
  readonly session: SessionId;
  readonly peer: PeerId;
  readonly channel: LinkChannel;
  agent: string;
  up: boolean;
  /** Messages of types not known here: ignored and counted. */
  unknownMessages: number;
}

interface Pending {
  readonly peer: PeerId;
  link: Link | null;
  /** Ours has left: only then may something else (PROTOCOL HS1). */
  saidHello: boolean;
  early: Uint8Array[];
  cancelTimer: (() => void) | null;
}

/** Where what a proven link brings goes. */
export interface LinkSinks {
  message(link: Link, message: Exclude<PeerMessage, MessageOf<'hello' | 'bye'>>): void;
  block(link: Link, frame: Uint8Array): void;
  drained(link: Link): void;
  up(link: Link): void;
  down(session: SessionId): void;
}

export class Links {
  private readonly sessions = new Map<SessionId, Pending>();
  private readonly transport: Transport;
  private ice: IceConfig = { servers: [], policy: 'all' };
  /** Sealing and opening are asynchronous, signals are ordered: one chain each way. */
  private outgoing = Promise.resolve();
  private incoming = Promise.resolve();
  private closing = false;
  /** Signals that did not open: another key (a wrong passphrase, a stranger) or tampering. */
  refusedSignals = 0;

  constructor(
    private readonly context: DriverContext,
    private readonly sinks: LinkSinks,
    private readonly agent: string,
  ) {
    this.transport = context.ports.createTransport();
    this.transport.listen({
      signal: (session, payload) => {
        const peer = this.sessions.get(session)?.peer;
        if (peer) this.sendSignal(peer, session, payload);
      },
      opened: (session, channel) => this.opened(session, channel),
      closed: (session, reason) => this.closed(session, reason),
    });
  }

  setIce(ice: IceConfig): void {
    this.ice = ice;
  }

  get(session: SessionId): Link | undefined {
    const link = this.sessions.get(session)?.link;
    return link?.up ? link : undefined;
  }

  *all(): IterableIterator<Link> {
    for (const { link } of this.sessions.values()) if (link?.up) yield link;
  }

  connect(peer: PeerId, session: SessionId, role: 'initiator' | 'responder'): void {
    this.sessions.set(session, { peer, link: null, saidHello: false, early: [], cancelTimer: null });
    this.transport.connect(session, role, this.ice);
  }

  knock(peer: PeerId, session: SessionId): void {
    this.sendSignal(peer, session, { kind: 'knock' });
  }

  send(session: SessionId, message: PeerMessage): void {
    this.sessions.get(session)?.link?.channel.sendControl(encodeMessage(message));
  }

  disconnect(session: SessionId, reason: CloseReason): void {
    const pending = this.sessions.get(session);
    if (!pending) return;
    if (pending.saidHello) this.send(session, { type: 'bye', reason });
    this.transport.close(session, reason);
  }

  path(link: Link): LinkPath {
    return link.channel.path();
  }

  /** A signal from the tracker. Opened, checked and given to the engine or the transport, in order of arrival. */
  signalReceived(from: PeerId, session: SessionId, sealed: Uint8Array): void {
    const { crypto } = this.context.ports;
    const { room, signal: key } = this.context.keys;
    const self = this.context.identity.peer;
    const work = async (): Promise<void> => {
      const associated = signalAssociatedData(room, from, self, session);
      const plain = await crypto.open(
        key,
        sealed.subarray(0, nonceBytes),
        sealed.subarray(nonceBytes),
        associated,
      );
      const payload = plain && decodeSignal(plain);
      if (!payload) {
        this.refusedSignals++;
        this.context.ports.log.write('signal-refused');
        return;
      }
      this.takeSignal(from, session, payload);
    };
    this.incoming = this.incoming.then(work).catch(() => undefined);
  }

  /** Says goodbye to everyone and waits until the goodbyes left. */
  close(): void {
    this.closing = true;
    for (const session of [...this.sessions.keys()]) this.disconnect(session, 'left');
  }

  private takeSignal(from: PeerId, session: SessionId, payload: SignalPayload): void {
    if (this.closing) return;
    if (payload.kind === 'knock') return this.context.feed({ kind: 'knocked', peer: from });
    if (payload.kind === 'offer' && !this.sessions.has(session)) {
      this.context.feed({ kind: 'offered', peer: from, session });
    }
    if (this.sessions.get(session)?.peer === from) this.transport.signal(session, payload);
  }

  private sendSignal(peer: PeerId, session: SessionId, payload: SignalPayload): void {
    const { crypto, tracker } = this.context.ports;
    const { room, signal: key } = this.context.keys;
    const self = this.context.identity.peer;
    const work = async (): Promise<void> => {
      const nonce = crypto.random(nonceBytes);
      const associated = signalAssociatedData(room, self, peer, session);
      const sealed = await crypto.seal(key, nonce, encodeSignal(payload), associated);
      const bytes = new Uint8Array(nonceBytes + sealed.length);
      bytes.set(nonce);
      bytes.set(sealed, nonceBytes);
      tracker.signal(room, peer, session, bytes);
    };
    this.outgoing = this.outgoing.then(work).catch(() => undefined);
  }

  private opened(session: SessionId, channel: LinkChannel): void {
    const pending = this.sessions.get(session);
    if (!pending) {
      this.transport.close(session, 'superseded');
      return;
    }
    const { clock } = this.context.ports;
    const now = clock.now();
    const link: Link = {
      session,
      peer: pending.peer,
      channel,
      agent: '',
      up: false,
      unknownMessages: 0,
    };
    pending.link = link;
    pending.cancelTimer = clock.at(now + handshakeMs, () => {
      // Silence is no proof of bad will: a network cut off right now must not keep an honest peer away for minutes.
      if (!link.up) this.transport.close(session, 'silent');
    });
    let proving = false;
    // Once: frames that come while the hello is being checked wait behind it.
    const proveOnce = (): void => {
      if (proving || !pending.saidHello || pending.early.length === 0) return;
      proving = true;
      this.context.background('handshake', this.prove(pending, link));
    };
    channel.listen({
      control: (frame) => {
        if (link.up) return this.takeFrame(link, frame);
        if (pending.early.length >= earlyFrames) return this.transport.close(session, 'protocol');
        pending.early.push(frame);
        proveOnce();
      },
      block: (frame) => {
        if (link.up) this.sinks.block(link, frame);
      },
      drained: () => this.sinks.drained(link),
    });
    const hello = this.sayHello(link).then(() => {
      pending.saidHello = true;
      proveOnce();
    });
    this.context.background('hello', hello);
  }

  private async sayHello(link: Link): Promise<void> {
    const { identity, keys, ports } = this.context;
    const statement = helloSigningBytes({
      room: keys.room,
      from: identity.peer,
      to: link.peer,
      binding: link.channel.binding,
    });
    const signature = await ports.crypto.sign(identity, statement);
    const { publicKey } = identity;
    link.channel.sendControl(
      encodeMessage({ type: 'hello', version: protocolVersion, publicKey, signature, agent: this.agent }),
    );
  }

  /** Checks the first control frame; the link is up when it proves the id the session was made for. */
  private async prove(pending: Pending, link: Link): Promise<void> {
    const { crypto } = this.context.ports;
    const first = pending.early.shift();
    const decoded = first && decodeMessage(first);
    const hello =
      decoded?.kind === 'message' && decoded.message.type === 'hello' ? decoded.message : undefined;
    const proven =
      hello?.version === protocolVersion &&
      (await this.context.peerOf(hello.publicKey)) === link.peer &&
      (await crypto.verify(
        hello.publicKey,
        helloSigningBytes({
          room: this.context.keys.room,
          from: link.peer,
          to: this.context.identity.peer,
          binding: link.channel.binding,
        }),
        hello.signature,
      ));
    if (this.sessions.get(link.session) !== pending) return;
    if (!proven) {
      this.transport.close(link.session, 'handshake-failed');
      return;
    }
    link.agent = hello.agent;
    link.up = true;
    pending.cancelTimer?.();
    this.sinks.up(link);
    this.context.feed({ kind: 'link-up', session: link.session });
    for (const frame of pending.early.splice(0)) this.takeFrame(link, frame);
  }

  private takeFrame(link: Link, frame: Uint8Array): void {
    if (!this.sessions.has(link.session)) return;
    const decoded = decodeMessage(frame);
    if (decoded.kind === 'unknown') {
      // Told once a link: a newer peer may send many, and the log is short.
      if (link.unknownMessages++ === 0) this.context.ports.log.write('unknown-message', { id: decoded.id });
      return;
    }
    if (decoded.kind === 'malformed') {
      this.context.ports.log.write('malformed-message', { reason: decoded.reason });
      return this.disconnect(link.session, 'malformed');
    }
    const { message } = decoded;
    if (message.type === 'hello') return this.disconnect(link.session, 'protocol');
    if (message.type === 'bye') {
      this.context.ports.log.write('bye', { reason: message.reason });
      return this.transport.close(link.session, 'left');
    }
    this.sinks.message(link, message);
  }

  private closed(session: SessionId, reason: CloseReason): void {
    const pending = this.sessions.get(session);
    if (!pending) return;
    pending.cancelTimer?.();
    this.sessions.delete(session);
    this.sinks.down(session);
    this.context.feed({ kind: 'link-down', session, reason });
  }
}
