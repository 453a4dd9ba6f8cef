import { afterEach, describe, expect, it } from 'vitest';
import { equalBytes } from '../../base/bytes';
import type { IceConfig, SignalPayload } from '../../ports';
import { newSession, Recorder } from '../contracts/transport-recorder';
import { createTransportHub, type HubConfig } from './channel-transport';
import { bindingOf, fingerprintOf } from './connection-facts';
import { createDirectCouriers } from './courier';
import { stripePlanDefaults } from './stripe-plan';
import { createPeerConnections, peerConnectionDefaults, type PeerConnectionConfig } from './peer-connection';

/** A peer that is not ours: bare WebRTC, which keeps to no rule unless a test makes it. It always offers. */
class Stranger {
  readonly pc = new RTCPeerConnection({ iceServers: [] });
  readonly unused = this.channel(peerConnectionDefaults.channelIds.unused, true);
  readonly control = this.channel(peerConnectionDefaults.channelIds.control, true);
  readonly blocks = this.channel(peerConnectionDefaults.channelIds.blocks, false);

  private channel(id: number, ordered: boolean): RTCDataChannel {
    return this.pc.createDataChannel('x', { negotiated: true, id, ordered });
  }

  async dial(self: Recorder, session = newSession()) {
    this.pc.onicecandidate = ({ candidate }) => {
      if (!candidate?.candidate) return;
      const { sdpMid, sdpMLineIndex } = candidate;
      self.signal(session, { kind: 'candidate', candidate: candidate.candidate, sdpMid, sdpMLineIndex });
    };
    self.carry = (_, payload) => void this.take(payload);
    self.connect(session, 'responder');
    await this.pc.setLocalDescription(await this.pc.createOffer());
    self.signal(session, { kind: 'offer', sdp: this.pc.localDescription?.sdp ?? '' });
    return session;
  }

  async take(payload: SignalPayload): Promise<void> {
    if (payload.kind === 'answer') await this.pc.setRemoteDescription({ type: 'answer', sdp: payload.sdp });
    else if (payload.kind === 'candidate') await this.pc.addIceCandidate(payload);
  }
}

const direct: IceConfig = { servers: [], policy: 'all' };
const cleanUps: (() => void)[] = [];
afterEach(() => {
  for (const run of cleanUps.splice(0)) run();
});

function ourSide(
  ice = direct,
  config: Partial<PeerConnectionConfig> = {},
  hubConfig: Partial<HubConfig> = {},
) {
  const { page, channels } = createDirectCouriers();
  const connections = createPeerConnections(page, config);
  const hub = createTransportHub(channels, hubConfig);
  cleanUps.push(() => {
    connections.close();
  });
  return { self: new Recorder('self', hub.transport(), ice), connections, hub };
}

function stranger(): Stranger {
  const made = new Stranger();
  cleanUps.push(() => {
    made.pc.close();
  });
  return made;
}

async function opened() {
  const [{ self, connections }, other] = [ourSide(), stranger()];
  const session = await other.dial(self);
  await self.opened(session);
  await until(() => other.control.readyState === 'open' && other.blocks.readyState === 'open');
  return { self, connections, other, session };
}

const until = (holds: () => boolean) => expect.poll(holds, { timeout: 10_000 }).toBe(true);

/** Runs with another RTCPeerConnection: simple-peer looks it up whenever it makes one. */
async function withConnections(
  make: (config?: RTCConfiguration) => RTCPeerConnection,
  run: () => Promise<void>,
) {
  const real = globalThis.RTCPeerConnection;
  try {
    globalThis.RTCPeerConnection = function (config?: RTCConfiguration) {
      return make(config);
    } as unknown as typeof RTCPeerConnection;
    await run();
  } finally {
    globalThis.RTCPeerConnection = real;
  }
}

describe('peer connections', () => {
  it('[TP3] the binding is the hash of both fingerprints, initiator first', async () => {
    const { self, other, session } = await opened();
    const initiator = fingerprintOf(other.pc.localDescription?.sdp ?? '');
    const responder = fingerprintOf(other.pc.remoteDescription?.sdp ?? '');
    const expected = await bindingOf(initiator!, responder!);
    expect(equalBytes(self.channel(session).binding, expected)).toBe(true);
  });

  it('[TP4] channels of another peer change nothing', async () => {
    const { self, other, session } = await opened();
    // Opened in-band: an unguarded simple-peer would take it for its own.
    const intruder = other.pc.createDataChannel('intruder');
    await until(() => intruder.readyState === 'open');
    intruder.send('text');
    other.control.send(new Uint8Array([1]));
    await self.until(session, (log) => log.control.length === 1, 'frame');
    expect(self.ended(session)).toBe(false);
  });

  it('[TP4] blocks may be reordered but are never given up', async () => {
    const made: { label: string; init: RTCDataChannelInit | undefined }[] = [];
    const real = RTCPeerConnection;
    await withConnections(
      (config) => {
        const pc = new real(config);
        const create = pc.createDataChannel.bind(pc);
        pc.createDataChannel = (label, init) => {
          made.push({ label, init });
          return create(label, init);
        };
        return pc;
      },
      async () => {
        const { self } = ourSide();
        const session = newSession();
        self.connect(session, 'initiator');
        await self.until(session, (log) => log.signals.length > 0, 'offer');
      },
    );
    expect(made).toEqual([
      { label: 'unused', init: { negotiated: true, id: 16 } },
      { label: 'control', init: { negotiated: true, id: 17 } },
      { label: 'blocks', init: { negotiated: true, id: 18, ordered: false } },
      { label: 'stripes', init: { negotiated: true, id: 19 } },
    ]);
  });

  it('[TP7] a control frame does not wait behind a megabyte of blocks', async () => {
    const { self, other, session } = await opened();
    let blocks = 0;
    other.control.onmessage = other.blocks.onmessage = null;
    const order: string[] = [];
    other.blocks.onmessage = () => order.push('block');
    other.control.onmessage = () => order.push('control');
    const block = new Uint8Array(64 * 1024);
    while (self.sendBlock(session, block)) blocks += 1;
    self.sendControl(session, new Uint8Array([1]));
    await until(() => order.length === blocks + 2);
    expect(order.indexOf('control')).toBeLessThan(blocks);
  });

  it('[TP11] text ends the link with malformed', async () => {
    const { self, other, session } = await opened();
    other.control.send('hello');
    expect(await self.closed(session)).toBe('malformed');
    self.checkEnded(session);
  });

  it('[TP13] a description with media, with two fingerprints or with none ends the session with protocol', async () => {
    const { self } = ourSide();
    const probe = new RTCPeerConnection();
    probe.createDataChannel('x');
    const plain = (await probe.createOffer()).sdp ?? '';
    probe.addTransceiver('video');
    const media = (await probe.createOffer()).sdp ?? '';
    probe.close();
    const line = /a=fingerprint:sha-256 \S+/.exec(plain)?.[0] ?? '';
    const turned = line.replace(/[0-9A-F]{2}$/, (pair) => (pair === '00' ? '01' : '00'));
    const twice = plain.replace(line, `${line}\r\n${turned}`);
    const without = plain.replace(`${line}\r\n`, '');
    for (const sdp of [media, twice, without]) {
      const session = newSession();
      self.connect(session, 'responder');
      self.signal(session, { kind: 'offer', sdp });
      expect(await self.closed(session)).toBe('protocol');
    }
    const good = newSession();
    self.connect(good, 'responder');
    self.signal(good, { kind: 'offer', sdp: plain });
    await self.until(good, (log) => log.signals[0]?.kind === 'answer', 'answer to the plain one');
  });

  it('[TP13] a second description and a flood of candidates end an open link with protocol', async () => {
    const first = await opened();
    const sdp = (first.other.pc.localDescription?.sdp ?? '') + 'a=x\r\n';
    first.self.signal(first.session, { kind: 'offer', sdp });
    expect(await first.self.closed(first.session)).toBe('protocol');
    const second = await opened();
    for (let i = 0; i < 300; i++)
      second.self.signal(second.session, {
        kind: 'candidate',
        candidate: `candidate:1 1 udp 1 192.0.2.1 ${1000 + i} typ host`,
        sdpMid: '0',
        sdpMLineIndex: 0,
      });
    expect(await second.self.closed(second.session)).toBe('protocol');
  });

  it('[TP15] an attempt the browser refuses to make fails to connect', async () => {
    const bad = ourSide({ servers: [{ urls: ['nonsense'] }], policy: 'all' });
    const session = newSession();
    bad.self.connect(session, 'initiator');
    expect(await bad.self.closed(session)).toBe('connect-failed');
    const refuse = () => {
      throw new Error('Cannot create so many PeerConnections');
    };
    await withConnections(refuse, async () => {
      const again = newSession();
      bad.self.connect(again, 'responder');
      expect(await bad.self.closed(again)).toBe('connect-failed');
    });
    expect(bad.connections.size).toBe(0);
  });

  it('[TP16] when the page lets go of all its links each is told once', async () => {
    const { self, connections, other, session } = await opened();
    connections.close();
    connections.close();
    expect(await self.closed(session)).toBe('gone');
    self.checkEnded(session);
    await until(() => other.control.readyState === 'closed');
  });

  it('[TP17] the frame limit is what Chromium takes', async () => {
    const { self, session } = await opened();
    expect(self.channel(session).maxFrameBytes).toBe(256 * 1024);
  });

  it('[TP17] the frame limit of a peer that tells none is 64 KiB', async () => {
    const [{ self }, other] = [ourSide(), stranger()];
    const session = newSession();
    await other.pc.setLocalDescription(await other.pc.createOffer());
    self.connect(session, 'responder');
    self.carry = (_, payload) => void other.take(payload);
    await until(() => other.pc.iceGatheringState === 'complete');
    const sdp = (other.pc.localDescription?.sdp ?? '').replace(/a=max-message-size:\d+\r\n/, '');
    self.signal(session, { kind: 'offer', sdp });
    const channel = await self.opened(session);
    expect(channel.maxFrameBytes).toBe(64 * 1024);
  });

  it('[TP19] ICE that stays disconnected ends the link, ICE that comes back does not', async () => {
    const made: RTCPeerConnection[] = [];
    const real = RTCPeerConnection;
    await withConnections(
      (config) => {
        const pc = new real(config);
        made.push(pc);
        return pc;
      },
      async () => {
        const [{ self }, other] = [ourSide(direct, { disconnectedMs: 300 }), new Stranger()];
        const own = made.length;
        const session = await other.dial(self);
        await self.opened(session);
        const pc = made[own]!;
        const pretend = (state: RTCIceConnectionState) => {
          Object.defineProperty(pc, 'iceConnectionState', { value: state, configurable: true });
          pc.oniceconnectionstatechange?.(new Event('iceconnectionstatechange'));
        };
        pretend('disconnected');
        await new Promise((resolve) => setTimeout(resolve, 100));
        pretend('connected');
        await new Promise((resolve) => setTimeout(resolve, 400));
        expect(self.ended(session)).toBe(false);
        const since = performance.now();
        pretend('disconnected');
        expect(await self.closed(session)).toBe('gone');
        expect(performance.now() - since).toBeGreaterThan(250);
        other.pc.close();
      },
    );
  });

  it('[TP27] a peer that knows nothing of further connections gets none, and rubbish about them ends the link', async () => {
    const eager = {
      ...stripePlanDefaults,
      leastBytes: 0,
      leastRttMs: 0,
      windowMs: 20,
      windowRtts: 0,
      gain: 0,
    };
    const [{ self, connections }, other] = [ourSide(direct, {}, { stripes: eager }), stranger()];
    const stripes = other.pc.createDataChannel('x', { negotiated: true, id: 19 });
    const session = await other.dial(self);
    await self.opened(session);
    let arrived = 0;
    other.blocks.onmessage = () => (arrived += 1);
    const block = new Uint8Array(128 * 1024);
    for (let i = 0; i < 60; i++) {
      const { drained } = self.log(session);
      if (!self.sendBlock(session, block))
        await self.until(session, (log) => log.drained > drained, 'drained');
    }
    await until(() => arrived === 60);
    expect(connections.size).toBe(1);
    stripes.send('rubbish');
    expect(await self.closed(session)).toBe('malformed');
  });

  it('[TP21] data on the channel nobody uses ends the link with protocol', async () => {
    const { self, other, session } = await opened();
    await until(() => other.unused.readyState === 'open');
    other.unused.send(new Uint8Array(1000));
    expect(await self.closed(session)).toBe('protocol');
  });
});
