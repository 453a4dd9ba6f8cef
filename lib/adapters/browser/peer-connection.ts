/**
 * Connections, in the page: one simple-peer per link, made on the other end's word and told to it. PROTOCOL TP3, TP4, TP13–TP19, TP25.
 * simple-peer negotiates and nothing else: bytes go over two raw channels made in the task of its constructor and handed to the courier
 * in that same task, before any event of theirs can be lost (pitfalls 1.9, 2.2). Its own channel is negotiated too, so that no peer can
 * put another in its place; nobody uses it. Leaves out frames and sessions: data-link.ts, channel-transport.ts. Load with import().
 */
// simple-peer's own browser build: the package's main file needs Node shims that not every bundler brings (pitfalls 1.3).
import SimplePeer from 'simple-peer/simplepeer.min.js';
import type { CloseReason } from '../../base/errors';
import type { LinkPath, SignalPayload } from '../../ports';
import { SignalGate } from '../signal-rules';
import { bindingOf, fingerprintOf, frameLimit, pathOf, type FrameLimits } from './connection-facts';
import type { FromPage, PageCourier, ToPage } from './courier';

export interface PeerConnectionConfig {
  /** From the attempt's start to `opened`. Guess within pitfalls 1.13: ICE gives up by itself after about 15–30 s. */
  readonly connectTimeoutMs: number;
  /** How long ICE may be 'disconnected' before the link counts as gone (pitfalls 1.14, 3.6: it often recovers within seconds). */
  readonly disconnectedMs: number;
  /** Of simple-peer's channel and ours. Ids from 16 up meet no in-band channel (pitfalls 1.9). */
  readonly channelIds: {
    readonly unused: number;
    readonly control: number;
    readonly blocks: number;
    readonly stripes: number;
  };
  /** Chromium takes 256 KiB; no attribute means 64 KiB (RFC 8841 §6.1); 16 KiB works everywhere (pitfalls 1.7). */
  readonly frame: FrameLimits;
}

export const peerConnectionDefaults: PeerConnectionConfig = {
  connectTimeoutMs: 25_000,
  disconnectedMs: 5_000,
  channelIds: { unused: 16, control: 17, blocks: 18, stripes: 19 },
  frame: { mostBytes: 256 * 1024, unknownBytes: 64 * 1024, leastBytes: 16 * 1024 },
};

export interface PeerConnections {
  /** Connections alive now. */
  readonly size: number;
  /** Ends all of them, each told as 'closed': 'gone'. */
  close(): void;
}

/** Serves the courier for as long as the page lives. Never throws for what a peer or the platform does. */
export function createPeerConnections(
  courier: PageCourier,
  options: Partial<PeerConnectionConfig> = {},
): PeerConnections {
  const config = { ...peerConnectionDefaults, ...options };
  const connections = new Map<number, Connection>();
  courier.listen((message) => {
    if (message.type === 'connect') {
      const post = (out: FromPage, transfer?: Transferable[]): void => {
        if (out.type === 'closed') connections.delete(out.link);
        courier.post(out, transfer);
      };
      const connection = new Connection(message, post, config);
      connections.set(message.link, connection);
      connection.start();
      return;
    }
    const connection = connections.get(message.link);
    if (connection === undefined) return; // ended here meanwhile; the other end has been told
    switch (message.type) {
      case 'signal':
        connection.signal(message.payload);
        break;
      case 'opened':
        connection.opened();
        break;
      case 'end':
        connection.end('gone');
        break;
    }
  });
  return {
    get size() {
      return connections.size;
    },
    close() {
      for (const connection of [...connections.values()]) connection.end('gone');
    },
  };
}

/** simple-peer's private connection: undefined when its constructor failed, null once destroyed. */
type PeerInside = SimplePeer.Instance & { readonly _pc?: RTCPeerConnection | null };

/** What a peer's signals can break, by simple-peer's error codes; all else is the network's doing. */
const hostileCodes = new Set(['ERR_SIGNALING', 'ERR_SET_REMOTE_DESCRIPTION', 'ERR_ADD_ICE_CANDIDATE']);

class Connection {
  private readonly gate: SignalGate;
  private peer: PeerInside | undefined;
  private over = false;
  private isOpen = false;
  private described = false;
  private path: LinkPath = 'unknown';
  private near = false;
  private connectClock: ReturnType<typeof setTimeout> | undefined;
  private lostClock: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly wish: ToPage & { readonly type: 'connect' },
    private readonly post: (message: FromPage, transfer?: Transferable[]) => void,
    private readonly config: PeerConnectionConfig,
  ) {
    this.gate = new SignalGate(wish.role);
  }

  start(): void {
    const { ice, role } = this.wish;
    const { channelIds, connectTimeoutMs } = this.config;
    try {
      const peer: PeerInside = new SimplePeer({
        initiator: role === 'initiator',
        trickle: true,
        objectMode: true,
        channelName: 'unused',
        channelConfig: { negotiated: true, id: channelIds.unused },
        // Named in full: simple-peer's own default asks public STUN servers of others (pitfalls 1.17).
        config: {
          iceServers: ice.servers.map(({ urls, username, credential }) => ({
            urls,
            ...(username !== undefined && { username }),
            ...(credential !== undefined && { credential }),
          })),
          iceTransportPolicy: ice.policy,
        },
      });
      this.peer = peer;
      this.attach(peer);
      const pc = peer._pc;
      if (!pc) {
        this.end('connect-failed'); // the browser has no connection left to give (pitfalls 1.18)
        return;
      }
      this.makeChannels(pc);
      this.connectClock = setTimeout(() => {
        this.end('connect-failed');
      }, connectTimeoutMs);
    } catch {
      this.end('connect-failed'); // no WebRTC here, ICE servers the browser refuses, channels it cannot transfer
    }
  }

  /** In the task of the constructor, and handed over in the same. */
  private makeChannels(pc: RTCPeerConnection): void {
    const { link, carries } = this.wish;
    const { channelIds: ids } = this.config;
    const make = (label: string, init: RTCDataChannelInit): RTCDataChannel => {
      const channel = pc.createDataChannel(label, { negotiated: true, ...init });
      // Firefox's default is 'blob', and the receiving end may not have the channel before the first message.
      channel.binaryType = 'arraybuffer';
      return channel;
    };
    if (carries === 'blocks') {
      const blocks = make('blocks', { id: ids.blocks, ordered: false });
      this.post({ type: 'lane', link, blocks }, [blocks]);
      return;
    }
    const control = make('control', { id: ids.control });
    const blocks = make('blocks', { id: ids.blocks, ordered: false });
    const stripes = make('stripes', { id: ids.stripes });
    this.post({ type: 'channels', link, control, blocks, stripes }, [control, blocks, stripes]);
  }

  signal(payload: SignalPayload): void {
    const verdict = this.gate.judge(payload);
    if (verdict === 'ignore') return;
    const hostile =
      verdict === 'refuse' ||
      (payload.kind !== 'candidate' && 'sdp' in payload && !fingerprintOf(payload.sdp));
    if (hostile) {
      this.end('protocol');
      return;
    }
    try {
      if (payload.kind === 'candidate') {
        const { candidate, sdpMid, sdpMLineIndex } = payload;
        // The types ask for an RTCIceCandidate; simple-peer makes one of the plain init itself.
        const plain = { candidate, sdpMid, sdpMLineIndex } as RTCIceCandidate;
        this.peer?.signal({ type: 'candidate', candidate: plain });
      } else if (payload.kind !== 'knock') {
        this.peer?.signal({ type: payload.kind, sdp: payload.sdp });
      }
    } catch {
      this.end('protocol'); // RTCIceCandidate throws on text that is none
    }
  }

  /** The other end has its channels open. */
  opened(): void {
    this.isOpen = true;
    clearTimeout(this.connectClock);
    this.watchPath();
  }

  /** Tells the other end and lets go of everything: a half-open connection merely forgotten counts against the browser's limit. */
  end(reason: CloseReason): void {
    if (this.over) return;
    this.over = true;
    clearTimeout(this.connectClock);
    clearTimeout(this.lostClock);
    this.post({ type: 'closed', link: this.wish.link, reason });
    this.peer?.destroy();
    this.peer = undefined;
  }

  private attach(peer: PeerInside): void {
    // Never taken off: simple-peer may emit after destroy(), and an unheard 'error' is thrown.
    peer.on('error', (error: Error & { code?: unknown }) => {
      this.end(typeof error.code === 'string' && hostileCodes.has(error.code) ? 'protocol' : 'gone');
    });
    peer.on('close', () => {
      this.end('gone');
    });
    peer.on('signal', (data) => {
      const payload = toPayload(data);
      if (payload && !this.over) this.post({ type: 'signal', link: this.wish.link, payload });
    });
    // No peer of ours uses this channel, and simple-peer would keep what came without a bound (pitfalls 1.8).
    peer.on('data', () => {
      this.end('protocol');
    });
    peer.on('signalingStateChange', (state: RTCSignalingState) => {
      if (state === 'stable') void this.describe();
    });
    peer.on('iceStateChange', (state: RTCIceConnectionState) => {
      this.heed(state);
    });
  }

  /** Both descriptions are set: tells what follows from them. */
  private async describe(): Promise<void> {
    const pc = this.peer?._pc;
    if (!pc || this.described) return;
    this.described = true;
    const local = fingerprintOf(pc.localDescription?.sdp ?? '');
    const remote = fingerprintOf(pc.remoteDescription?.sdp ?? '');
    if (!local || !remote) {
      this.end('connect-failed');
      return;
    }
    const maxFrameBytes = frameLimit(pc.sctp?.maxMessageSize ?? null, this.config.frame);
    const initiator = this.wish.role === 'initiator';
    try {
      const binding = await (initiator ? bindingOf(local, remote) : bindingOf(remote, local));
      if (this.over) return;
      this.post({ type: 'described', link: this.wish.link, binding, maxFrameBytes });
    } catch {
      this.end('connect-failed'); // no WebCrypto: not a secure context
    }
  }

  private heed(state: RTCIceConnectionState): void {
    if (this.over) return;
    if (state === 'disconnected') {
      this.lostClock ??= setTimeout(() => {
        this.end('gone');
      }, this.config.disconnectedMs);
    } else if (state === 'connected' || state === 'completed') {
      clearTimeout(this.lostClock);
      this.lostClock = undefined;
    }
    if (this.isOpen) void this.lookUpPath();
  }

  private watchPath(): void {
    void this.lookUpPath();
    // ICE may move to a better pair later without changing its state. Not in every browser, hence the checks.
    const transport = this.peer?._pc?.sctp?.transport as { iceTransport?: EventTarget } | undefined;
    transport?.iceTransport?.addEventListener('selectedcandidatepairchange', () => {
      void this.lookUpPath();
    });
  }

  private async lookUpPath(): Promise<void> {
    try {
      const pc = this.peer?._pc;
      if (!pc) return;
      const { path, near, rttMs } = pathOf(await pc.getStats());
      if (this.over || path === 'unknown' || (path === this.path && near === this.near)) return;
      this.path = path;
      this.near = near;
      this.post({ type: 'path', link: this.wish.link, path, near, rttMs });
    } catch {
      // Statistics are for show; a connection without them still works.
    }
  }
}

/** What simple-peer wants the other side to know; undefined for what no peer of ours uses (renegotiation, media). */
function toPayload(data: SimplePeer.SignalData): SignalPayload | undefined {
  switch (data.type) {
    case 'offer':
    case 'answer':
      return data.sdp === undefined ? undefined : { kind: data.type, sdp: data.sdp };
    case 'candidate': {
      const { candidate, sdpMid, sdpMLineIndex } = data.candidate;
      return candidate === '' ? undefined : { kind: 'candidate', candidate, sdpMid, sdpMLineIndex };
    }
    default:
      return undefined;
  }
}
