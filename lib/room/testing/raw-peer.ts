/**
 * A peer that speaks the real protocol but decides nothing by itself: signals, handshake and framing are the driver's own, what is said after
 * them is the test's. It links with the room's creator only. For rules about what a room does with what others send.
 */
import { createWebCrypto } from '../../adapters/web-crypto';
import { createClock } from '../../adapters/clock';
import { toBase64Url } from '../../base/bytes';
import { idBytes, type SessionId } from '../../base/ids';
import { parseLink, type LinkKey } from '../../content/link';
import type { DriverContext } from '../../driver/context';
import { Links, type Link } from '../../driver/links';
import type { Crypto, Identity } from '../../ports';
import type { PeerMessage } from '../../wire/messages';
import { deriveRoomKeys } from '../keys';
import type { Party } from './party';

export class RawPeer {
  readonly received: PeerMessage[] = [];
  readonly blocks: Uint8Array[] = [];
  link: Link | undefined;
  /** Sessions that ended, with the reason as this side knows it. */
  readonly ended: string[] = [];
  private constructor(
    readonly identity: Identity,
    readonly context: DriverContext,
    readonly links: Links,
    private readonly party: Party,
  ) {}

  /** `meddle`: cryptography with a fault. */
  static async join(
    party: Party,
    link: string,
    meddle: (crypto: Crypto) => Crypto = (c) => c,
  ): Promise<RawPeer> {
    const honest = createWebCrypto();
    const parsed = parseLink(link);
    if (!parsed.ok) throw new Error(parsed.error);
    const key: LinkKey = parsed.value;
    const identity = await honest.createIdentity();
    const keys = await deriveRoomKeys(honest, key, key.secret);
    const tracker = party.hub.client();
    const self: { peer?: RawPeer } = {};
    const context = {
      ports: {
        clock: createClock(),
        crypto: meddle(honest),
        tracker,
        createTransport: () => party.network.transport(),
        log: { write: () => undefined },
      },
      keys,
      identity,
      feed: (input: Parameters<DriverContext['feed']>[0]) => {
        if (input.kind === 'knocked' && input.peer === keys.creator)
          links.connect(input.peer, newSession(), 'initiator');
        if (input.kind === 'offered' && input.peer === keys.creator)
          links.connect(input.peer, input.session, 'responder');
        if (input.kind === 'link-down') self.peer?.ended.push(input.reason);
      },
      peerOf: async (key: Uint8Array) => toBase64Url((await honest.sha256(key)).subarray(0, idBytes)),
      background: (_what: string, work: Promise<unknown>) => void work.catch(() => undefined),
    } as unknown as DriverContext;
    const links = new Links(
      context,
      {
        message: (_link, message) => self.peer?.received.push(message),
        block: (_link, frame) => self.peer?.blocks.push(frame),
        drained: () => undefined,
        up: (one) => {
          if (self.peer) self.peer.link = one;
        },
        down: () => undefined,
      },
      'Raw peer',
    );
    self.peer = new RawPeer(identity, context, links, party);
    tracker.join(keys.room, {
      identity,
      joined: ({ peers }) => {
        for (const { peer } of peers) if (peer === keys.creator) self.peer?.reach(peer);
      },
      refused: () => undefined,
      ended: () => undefined,
      handout: () => undefined,
      signal: (from, session, sealed) => links.signalReceived(from, session, sealed),
      state: () => undefined,
    });
    return self.peer;
  }

  say(message: PeerMessage): void {
    if (!this.link) throw new Error('not linked');
    this.links.send(this.link.session, message);
  }

  linked(ms = 10_000): Promise<void> {
    return this.party.until(() => this.link !== undefined, ms);
  }

  /** By the rule: the smaller id dials, the larger one knocks. */
  private reach(peer: Parameters<Links['knock']>[0]): void {
    if (this.identity.peer < peer) this.links.connect(peer, newSession(), 'initiator');
    else this.links.knock(peer, newSession());
  }
}

const newSession = (): SessionId => toBase64Url(createWebCrypto().random(idBytes)) as SessionId;
