/**
 * Transport over connections that live in the page: sessions, their order of events, and which room each belongs to. PROTOCOL TP1, TP2,
 * TP9, TP12, TP15, TP16, TP20. Runs in the worker, or in the page when channels cannot be moved; touches no DOM. Leaves out the frames
 * (data-link.ts), further connections of a link (stripe-connections.ts) and the making of any (peer-connection.ts).
 */
import type { CloseReason } from '../../base/errors';
import type { SessionId } from '../../base/ids';
import type { IceConfig, SignalPayload, Transport, TransportHandlers } from '../../ports';
import type { LinkRole } from '../signal-rules';
import { DataLink, dataLinkDefaults, type DataLinkConfig } from './data-link';
import type { ChannelCourier, FromPage } from './courier';
import { StripeConnections, type StripeConnectionsConfig, type StripeOwner } from './stripe-connections';
import { stripesDefaults, type Stripes } from './stripes';

export interface TransportHub {
  /** A transport of its own for one room: sessions of others are unknown to it. */
  transport(): Transport;
  /** Sessions alive, over all transports. */
  readonly size: number;
  /** Frames not sent because they were larger than the other side takes: a bug of the caller's, or a peer with a tiny limit. */
  readonly framesDropped: number;
}

export interface HubConfig extends DataLinkConfig, StripeConnectionsConfig {
  /** A link that sent no block for this long is not sending: its share of lanes is for the others. */
  readonly sendingMs: number;
}

export const hubDefaults: HubConfig = {
  ...dataLinkDefaults,
  ...stripesDefaults,
  mostStripes: 12,
  idleMs: 30_000,
  sendingMs: 1_000,
};

interface Session extends StripeOwner {
  readonly link: number;
  readonly id: SessionId;
  readonly owner: ChannelTransport;
  dataLink: DataLink | undefined;
  stripes: Stripes | undefined;
  /** The person or the driver ended it: this reason wins over whatever happens while the goodbye leaves. */
  closing: CloseReason | undefined;
  opened: boolean;
}

export function createTransportHub(courier: ChannelCourier, options: Partial<HubConfig> = {}): TransportHub {
  const hub = new Hub(courier, { ...hubDefaults, ...options });
  return {
    transport: () => new ChannelTransport(hub),
    get size() {
      return hub.sessions.size;
    },
    get framesDropped() {
      return hub.framesDropped;
    },
  };
}

class Hub {
  readonly sessions = new Map<number, Session>();
  private readonly stripes: StripeConnections;
  framesDropped = 0;
  private nextLink = 1;

  constructor(
    private readonly courier: ChannelCourier,
    private readonly config: HubConfig,
  ) {
    this.stripes = new StripeConnections(courier, config, () => this.nextLink++);
    courier.listen((message) => {
      this.receive(message);
    });
  }

  connect(owner: ChannelTransport, id: SessionId, role: LinkRole, ice: IceConfig): Session {
    const link = this.nextLink++;
    const session: Session = {
      link,
      role,
      ice,
      id,
      owner,
      dataLink: undefined,
      stripes: undefined,
      closing: undefined,
      opened: false,
      get isLive() {
        return this.opened && this.closing === undefined;
      },
      breach: (reason) => {
        this.finish(session, reason);
      },
    };
    this.sessions.set(link, session);
    this.courier.post({ type: 'connect', link, role, ice, carries: 'link' });
    return session;
  }

  signal(session: Session, payload: SignalPayload): void {
    if (session.closing !== undefined) return;
    try {
      this.courier.post({ type: 'signal', link: session.link, payload });
    } catch {
      this.finish(session, 'protocol'); // what cannot be cloned is no signal
    }
  }

  close(session: Session, reason: CloseReason): void {
    if (session.closing !== undefined) return;
    session.closing = reason;
    if (session.dataLink && session.opened) {
      session.dataLink.close(() => {
        this.finish(session, reason);
      });
    } else {
      this.finish(session, reason);
    }
  }

  /** Ends the session: the page lets the connection go, and the owner is told in a later microtask, never from inside its own call. */
  private finish(session: Session, reason: CloseReason, pageKnows = false): void {
    if (!this.sessions.delete(session.link)) return;
    session.dataLink?.release();
    this.stripes.release(session);
    session.owner.forget(session);
    if (!pageKnows) this.courier.post({ type: 'end', link: session.link });
    const told = session.closing ?? this.reasonFor(session, reason);
    queueMicrotask(() => {
      session.owner.handlers?.closed(session.id, told);
    });
  }

  /** Only here is known whether the link was open: the page and the channels merely see a connection go. */
  private reasonFor(session: Session, reason: CloseReason): CloseReason {
    if (reason === 'gone' || reason === 'connect-failed') return session.opened ? 'gone' : 'connect-failed';
    return reason;
  }

  private receive(message: FromPage): void {
    if (this.stripes.receive(message)) return;
    const session = this.sessions.get(message.link);
    if (session === undefined) {
      // Ended here while this was on its way; the page has been told.
      if (message.type === 'channels')
        for (const channel of [message.control, message.blocks, message.stripes]) channel.close();
      else if (message.type === 'lane') message.blocks.close();
      return;
    }
    switch (message.type) {
      case 'channels':
        session.dataLink = this.linkOver(session, message.control, message.blocks);
        session.stripes = this.stripes.agreeOver(session, message.stripes);
        break;
      case 'signal':
        if (session.closing === undefined) session.owner.handlers?.signal(session.id, message.payload);
        break;
      case 'described':
        session.dataLink?.describe(message.binding, message.maxFrameBytes);
        break;
      case 'path':
        session.dataLink?.setPath(message.path, message.near, message.rttMs);
        break;
      case 'closed':
        this.finish(session, message.reason, true);
        break;
      case 'lane':
        break; // of a stripe, never of a session
    }
  }

  /** Links that send at the same time share the lanes: together they fill the uplink as one link's stripes would. */
  private mostLanes(): number {
    const since = performance.now() - this.config.sendingMs;
    let sending = 0;
    for (const { dataLink } of this.sessions.values())
      if (dataLink && dataLink.blockSentAt > since) sending += 1;
    return Math.max(1, Math.floor(this.config.mostLanes / Math.max(1, sending)));
  }

  private linkOver(session: Session, control: RTCDataChannel, blocks: RTCDataChannel): DataLink {
    const dataLink = new DataLink(control, blocks, this.config, {
      opened: () => {
        if (session.closing !== undefined || !this.sessions.has(session.link)) return;
        session.opened = true;
        this.courier.post({ type: 'opened', link: session.link });
        session.owner.handlers?.opened(session.id, dataLink);
      },
      failed: (reason) => {
        // Channels also close because the page ended the connection, for a reason that may still be on its way: ask for it.
        if (reason === 'gone') this.courier.post({ type: 'end', link: session.link });
        else this.finish(session, reason);
      },
      dropped: () => {
        this.framesDropped += 1;
      },
      wantsLanes: (count) => {
        session.stripes?.open(count);
      },
      mostLanes: () => this.mostLanes(),
    });
    return dataLink;
  }
}

class ChannelTransport implements Transport {
  handlers: TransportHandlers | undefined;
  private readonly sessions = new Map<SessionId, Session>();

  constructor(private readonly hub: Hub) {}

  /** A session that is alive already goes on as it is: one id, one attempt. */
  connect(id: SessionId, role: LinkRole, ice: IceConfig): void {
    if (this.sessions.has(id)) return;
    this.sessions.set(id, this.hub.connect(this, id, role, ice));
  }

  signal(id: SessionId, payload: SignalPayload): void {
    const session = this.sessions.get(id);
    if (session) this.hub.signal(session, payload);
  }

  close(id: SessionId, reason: CloseReason): void {
    const session = this.sessions.get(id);
    if (session) this.hub.close(session, reason);
  }

  listen(handlers: TransportHandlers): void {
    this.handlers = handlers;
  }

  forget(session: Session): void {
    if (this.sessions.get(session.id) === session) this.sessions.delete(session.id);
  }
}
