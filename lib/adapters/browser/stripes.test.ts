import { describe, expect, it } from 'vitest';
import { encodeSignal } from '../../content/signal';
import type { SignalPayload } from '../../ports';
import type { LinkRole } from '../signal-rules';
import { Stripes, stripesDefaults, type StripesConfig } from './stripes';

const offer: SignalPayload = { kind: 'offer', sdp: 'v=0' };
const answer: SignalPayload = { kind: 'answer', sdp: 'v=0' };

/** A channel whose frames go where the test says, when it says. */
class FakeChannel {
  readyState: RTCDataChannelState = 'open';
  binaryType = 'blob';
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  readonly sent: Uint8Array[] = [];
  send(frame: Uint8Array): void {
    if (this.readyState !== 'open') throw new DOMException('closed', 'InvalidStateError');
    this.sent.push(frame.slice());
  }
  close(): void {
    this.readyState = 'closed';
  }
  arrive(data: Uint8Array | string): void {
    this.onmessage?.({ data: typeof data === 'string' ? data : data.slice().buffer });
  }
}

function side(role: LinkRole, config: Partial<StripesConfig> = {}) {
  const channel = new FakeChannel();
  const told: string[] = [];
  const allow = { take: true };
  const stripes: Stripes = new Stripes(
    channel as unknown as RTCDataChannel,
    role,
    {
      connect: (stripe, as) => told.push(`connect ${stripe} ${as}`),
      signal: (stripe, { kind }) => told.push(`signal ${stripe} ${kind}`),
      end: (stripe) => {
        told.push(`end ${stripe}`);
        stripes.ended(stripe);
      },
      breach: (reason) => told.push(`breach ${reason}`),
      refused: () => told.push('refused'),
      mayTake: () => allow.take,
    },
    { ...stripesDefaults, ...config },
  );
  return { channel, told, stripes, allow };
}

/** Two sides; carry() delivers what each has said. */
function pair(left: Partial<StripesConfig> = {}, right: Partial<StripesConfig> = {}) {
  const [a, b] = [side('initiator', left), side('responder', right)];
  const carry = (): void => {
    for (const [from, to] of [[a, b] as const, [b, a] as const])
      for (const frame of from.channel.sent.splice(0)) to.channel.arrive(frame);
  };
  carry();
  return { a, b, carry };
}

const frame = (stripe: number, payload: SignalPayload) => Uint8Array.of(stripe, ...encodeSignal(payload));

describe('stripes', () => {
  it('[TP27] signals of a further connection go over the link itself, either side may start', () => {
    const { a, b, carry } = pair();
    a.stripes.open(1);
    a.stripes.send(0, offer);
    b.stripes.open(1);
    b.stripes.send(1, offer);
    carry();
    b.stripes.send(0, answer);
    carry();
    expect(a.told).toEqual([
      'connect 0 initiator',
      'connect 1 responder',
      'signal 1 offer',
      'signal 0 answer',
    ]);
    expect(b.told).toEqual(['connect 1 initiator', 'connect 0 responder', 'signal 0 offer']);
    expect([a.stripes.count, b.stripes.count]).toEqual([2, 2]);
  });

  it('[TP27] a side that says nothing, or takes one lane only, is left alone', () => {
    const silent = side('initiator');
    silent.stripes.open(1);
    expect(silent.told).toEqual(['refused']);
    const { a, b, carry } = pair({}, { mostLanes: 1 });
    a.stripes.open(3);
    carry();
    expect(a.told).toEqual(['refused']);
    expect(b.told).toEqual([]);
    expect(a.channel.sent).toEqual([]);
  });

  it('[TP27] a link has four lanes at most, whoever starts them', () => {
    const { a, b, carry } = pair();
    a.stripes.open(5);
    expect(a.told).toEqual(['connect 0 initiator', 'connect 2 initiator', 'connect 4 initiator', 'refused']);
    for (const stripe of [0, 2, 4]) a.stripes.send(stripe, offer);
    carry();
    expect(b.stripes.count).toBe(3);
    b.stripes.open(1);
    expect(b.told.at(-1)).toBe('refused');
    b.channel.arrive(frame(6, offer));
    expect(b.stripes.count).toBe(3);
    expect(b.channel.sent).toEqual([Uint8Array.of(6)]);
  });

  it('[TP27] an offer that is refused ends there, and both sides forget it', () => {
    const { a, b, carry } = pair();
    b.allow.take = false;
    a.stripes.open(1);
    a.stripes.send(0, offer);
    carry();
    carry();
    expect(a.told).toEqual(['connect 0 initiator', 'end 0', 'refused']);
    expect([a.stripes.count, b.stripes.count]).toEqual([0, 0]);
    // A candidate that was on its way starts nothing.
    b.allow.take = true;
    b.channel.arrive(frame(0, offer));
    b.channel.arrive(frame(2, { kind: 'candidate', candidate: 'x', sdpMid: '0', sdpMLineIndex: 0 }));
    expect(b.told).toEqual([]);
  });

  it('[TP27] a side asks and is asked sixteen times at most', () => {
    const { a, b, carry } = pair();
    for (let i = 0; i < 40; i++) {
      a.stripes.open(1);
      a.stripes.send(2 * i, offer);
      carry();
      a.stripes.ended(2 * i);
      b.stripes.ended(2 * i);
      carry();
    }
    expect(a.told.filter((line) => line.startsWith('connect'))).toHaveLength(16);
    const { b: victim } = pair();
    for (let i = 0; i < 100; i++) {
      victim.channel.arrive(frame(2 * i, offer));
      victim.stripes.ended(2 * i);
    }
    expect(victim.told.filter((line) => line.startsWith('connect'))).toHaveLength(16);
  });

  it('[TP27] what is no greeting and no signal ends the link', () => {
    for (const bad of ['text', new Uint8Array(0), new Uint8Array(17 * 1024 + 1)]) {
      const { b } = pair();
      b.channel.arrive(bad);
      expect(b.told).toEqual(['breach malformed']);
    }
    const { b } = pair();
    b.channel.arrive(Uint8Array.of(0, 99, 1, 2));
    expect(b.told).toEqual(['breach malformed']);
  });

  it('[TP27] a greeting of a later version means one lane', () => {
    const later = side('initiator');
    later.channel.arrive(Uint8Array.of(7, 4));
    later.stripes.open(1);
    expect(later.told).toEqual(['refused']);
  });

  it('[TP16] nothing is said or heard after the release', () => {
    const { a, b } = pair();
    a.stripes.release();
    a.stripes.send(0, offer);
    a.channel.arrive(frame(1, offer));
    expect(a.told).toEqual([]);
    expect(b.told).toEqual([]);
  });
});
