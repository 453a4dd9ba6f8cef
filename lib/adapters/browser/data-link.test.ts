import { describe, expect, it } from 'vitest';
import { DataLink, dataLinkDefaults, type DataLinkConfig } from './data-link';

/** Records what a link does to a channel, and plays the browser's part. */
class FakeChannel {
  readyState: RTCDataChannelState = 'open';
  binaryType = 'blob';
  bufferedAmount = 0;
  bufferedAmountLowThreshold = 0;
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: (() => void) | null = null;
  onerror: (() => void) | null = null;
  onbufferedamountlow: (() => void) | null = null;
  readonly sent: Uint8Array[] = [];
  failing = false;
  send(frame: Uint8Array): void {
    if (this.failing) throw new DOMException('queue full', 'OperationError');
    this.sent.push(frame);
    this.bufferedAmount += frame.byteLength;
  }
  close(): void {
    this.readyState = 'closing';
  }
  arrive(data: unknown): void {
    this.onmessage?.({ data });
  }
}

const settle = () => new Promise((resolve) => setTimeout(resolve));

function linked(config: Partial<DataLinkConfig> = {}) {
  const [control, blocks] = [new FakeChannel(), new FakeChannel()];
  const told: string[] = [];
  const clock = { ms: 0 };
  const link = new DataLink(
    control as unknown as RTCDataChannel,
    blocks as unknown as RTCDataChannel,
    { ...dataLinkDefaults, ...config },
    {
      opened: () => told.push('opened'),
      failed: (reason) => told.push(reason),
      dropped: () => told.push('dropped'),
      wantsLanes: (count) => told.push(`wants ${count}`),
      mostLanes: () => 4,
    },
    () => clock.ms,
  );
  const frames: Uint8Array[] = [];
  const hear = () => {
    link.listen({
      control: (frame) => frames.push(frame),
      block: (frame) => frames.push(frame),
      drained: () => told.push('drained'),
    });
  };
  return { link, control, blocks, told, clock, frames, hear };
}

async function open(config: Partial<DataLinkConfig> = {}) {
  const all = linked(config);
  all.link.describe(new Uint8Array(32), 1000);
  await settle();
  all.hear();
  await settle();
  return all;
}

const kib = 1024;
const block = new Uint8Array(64 * kib);

/**
 * An open link and `round`, which sends until sendBlock answers false, then lets the channel drain at `rate` bytes per second until `drained`
 * comes. Answers how much was buffered when it was full, and when it had drained.
 */
async function draining() {
  const all = await open();
  const { link, blocks, told, clock } = all;
  link.describe(new Uint8Array(32), 256 * kib);
  const round = (rate: number): [full: number, left: number] => {
    told.length = 0;
    while (link.sendBlock(block));
    const full = blocks.bufferedAmount;
    while (told.length === 0) {
      const before = blocks.bufferedAmount;
      if (before === 0) throw new Error('the channel is empty, and nobody was told');
      blocks.bufferedAmount = Math.max(0, before - kib);
      clock.ms += ((before - blocks.bufferedAmount) * 1000) / rate;
      const low = blocks.bufferedAmountLowThreshold;
      if (before > low && blocks.bufferedAmount <= low) blocks.onbufferedamountlow?.();
    }
    // Far away it wants other lanes, too.
    expect(told.filter((line) => !line.startsWith('wants'))).toEqual(['drained']);
    return [full, blocks.bufferedAmount];
  };
  return { ...all, round };
}

/** An open link with marks of 250 bytes whose plan uses every lane it has, and `add`, which gives it one more. */
async function striped() {
  const all = await open({
    highWaterBytes: { least: 250, first: 250, most: 250 },
    stripes: {
      ...dataLinkDefaults.stripes,
      leastBytes: 0,
      leastRttMs: 0,
      windowMs: 0,
      windowRtts: 0,
      growing: Infinity,
      gain: 0,
    },
  });
  const { link, blocks, told, clock } = all;
  link.setPath('direct', false, 1);
  let wanted = 0;
  const add = (): FakeChannel => {
    const channel = new FakeChannel();
    link.hear(channel as unknown as RTCDataChannel);
    while (wanted <= link.laneCount) {
      while (link.sendBlock(new Uint8Array(100)));
      clock.ms += 1;
      blocks.bufferedAmount = 0;
      blocks.onbufferedamountlow?.();
      const said = told.find((line) => line.startsWith('wants'));
      if (said) wanted = link.laneCount + Number(said.slice(6));
      if (told.length > 100) throw new Error('the plan never wants another lane');
    }
    link.addLane(channel as unknown as RTCDataChannel);
    for (const { sent } of [blocks, channel]) sent.length = 0;
    told.length = 0;
    return channel;
  };
  return { ...all, add };
}

describe('data link', () => {
  it('[TP4] opens when both channels are open and the binding is known, in whatever order', async () => {
    const { link, control, blocks, told } = linked();
    control.readyState = blocks.readyState = 'connecting';
    link.describe(new Uint8Array(32), 1000);
    control.readyState = 'open';
    control.onopen?.();
    await settle();
    expect(told).toEqual([]);
    blocks.readyState = 'open';
    blocks.onopen?.();
    await settle();
    expect(told).toEqual(['opened']);
    const other = linked();
    await settle();
    expect(other.told).toEqual([]);
    other.link.describe(new Uint8Array(32), 1000);
    await settle();
    expect(other.told).toEqual(['opened']);
    expect(other.control.binaryType).toBe('arraybuffer');
  });

  it('[TP6] hands a block on as a view of the buffer that came, without a copy', async () => {
    const { blocks, frames } = await open();
    const buffer = new ArrayBuffer(64);
    blocks.arrive(buffer);
    expect(frames[0]?.buffer).toBe(buffer);
  });

  it('[TP7] answers false above the high-water mark and drains once at the low one', async () => {
    const { link, blocks, told } = await open({ highWaterBytes: { least: 250, first: 250, most: 250 } });
    told.length = 0;
    expect(blocks.bufferedAmountLowThreshold).toBe(125);
    const frame = new Uint8Array(100);
    expect([1, 2, 3, 4].map(() => link.sendBlock(frame))).toEqual([true, true, false, false]);
    expect(blocks.sent).toHaveLength(4);
    blocks.bufferedAmount = 100;
    blocks.onbufferedamountlow?.();
    blocks.onbufferedamountlow?.();
    expect(told).toEqual(['drained']);
    expect(link.sendBlock(frame)).toBe(true);
  });

  it('[TP7] a late event drains nothing while too much is left, the next one does', async () => {
    const { link, blocks, told } = await open({ highWaterBytes: { least: 250, first: 250, most: 250 } });
    told.length = 0;
    const frame = new Uint8Array(100);
    while (link.sendBlock(frame));
    blocks.onbufferedamountlow?.();
    expect(told).toEqual([]);
    blocks.bufferedAmount = 125;
    blocks.onbufferedamountlow?.();
    expect(told).toEqual(['drained']);
  });

  it('[TP24] holds little until it knows the rate, then a tenth of a second, within bounds', async () => {
    const { round } = await draining();
    expect(round(8000 * kib)).toEqual([320 * kib, 128 * kib]);
    const [full, left] = round(8000 * kib);
    expect(full).toBeGreaterThan(800 * kib);
    expect(full).toBeLessThanOrEqual(864 * kib);
    expect(left).toBe(400 * kib);
    for (let i = 0; i < 20; i++) round(500_000 * kib);
    expect(round(500_000 * kib)).toEqual([2112 * kib, 1024 * kib]);
    for (let i = 0; i < 20; i++) round(300 * kib);
    expect(round(300 * kib)).toEqual([192 * kib, 64 * kib]);
  });

  it('[TP24] far away it holds two round trips', async () => {
    const { link, round } = await draining();
    link.setPath('direct', false, 100);
    for (let i = 0; i < 5; i++) round(4000 * kib);
    const [full, left] = round(4000 * kib);
    expect(full).toBeGreaterThan(800 * kib);
    expect(full).toBeLessThanOrEqual(864 * kib);
    expect(left).toBe(400 * kib);
  });

  it('[TP24] a link that was idle keeps its rate', async () => {
    const all = await draining();
    for (let i = 0; i < 5; i++) all.round(8000 * kib);
    const before = all.round(8000 * kib);
    all.clock.ms += 60_000;
    expect(all.round(8000 * kib)).toEqual(before);
  });

  it('[TP24] reports that come in a heap after a pause do not look like a fast link', async () => {
    const { round } = await draining();
    for (let i = 0; i < 40; i++) round(i % 2 === 0 ? 1000 * kib : Infinity);
    // Half of the time nothing is lost: the channel drains 2,000 KiB/s.
    const [full] = round(1000 * kib);
    expect(full).toBeLessThanOrEqual(320 * kib);
  });

  it('[TP8] a frame that comes while the early ones wait for their turn does not pass them', async () => {
    const { link, control, frames, hear } = linked();
    control.arrive(new Uint8Array([1]).buffer);
    link.describe(new Uint8Array(32), 1000);
    await settle();
    control.arrive(new Uint8Array([2]).buffer);
    hear();
    control.arrive(new Uint8Array([3]).buffer);
    expect(frames).toEqual([]);
    await settle();
    control.arrive(new Uint8Array([4]).buffer);
    expect(frames.map((frame) => frame[0])).toEqual([1, 2, 3, 4]);
  });

  it('[TP9] a goodbye that cannot leave is given up after its time', async () => {
    const { link, control, blocks } = await open({ flushMs: 30 });
    let done = 0;
    link.close(() => (done += 1));
    expect(control.readyState).toBe('closing');
    expect(blocks.readyState).toBe('open');
    await settle();
    expect(done).toBe(0);
    await new Promise((resolve) => setTimeout(resolve, 40));
    expect(done).toBe(1);
    expect(blocks.readyState).toBe('closing');
  });

  it('[TP9] a goodbye that left ends at once', async () => {
    const { link, control, told } = await open();
    let done = 0;
    link.close(() => (done += 1));
    control.onclose?.();
    expect(done).toBe(1);
    expect(told).toEqual(['opened']);
  });

  it('[TP10] drops and counts what is larger than the other side takes', async () => {
    const { link, control, blocks, told } = await open();
    link.sendControl(new Uint8Array(1001));
    expect(link.sendBlock(new Uint8Array(1001))).toBe(true);
    link.sendControl(new Uint8Array(1000));
    expect(told).toEqual(['opened', 'dropped', 'dropped']);
    expect([control.sent.length, blocks.sent.length]).toEqual([1, 0]);
  });

  it('[TP11] ends at text, at a Blob and at a frame over the limit, and hears nothing after that', async () => {
    for (const [data, reason] of [
      ['text', 'malformed'],
      [new Blob(['x']), 'malformed'],
      [new ArrayBuffer(256 * 1024 + 1), 'oversized'],
    ] as const) {
      const { blocks, told, frames } = await open();
      const { onmessage } = blocks;
      blocks.arrive(data);
      onmessage?.({ data: new ArrayBuffer(1) });
      expect(told).toEqual(['opened']);
      await settle();
      expect(told).toEqual(['opened', reason]);
      expect(frames).toEqual([]);
    }
  });

  it('[TP1] a channel that fails while sending ends the link once, not from inside the call', async () => {
    const { link, blocks, control, told } = await open();
    blocks.failing = true;
    expect(link.sendBlock(new Uint8Array(1))).toBe(false);
    expect(told).toEqual(['opened']);
    const { onclose } = control;
    onclose?.();
    await settle();
    expect(told).toEqual(['opened', 'gone']);
    link.sendControl(new Uint8Array(1));
    expect(control.sent).toHaveLength(0);
  });

  it('[TP25] each block goes to the lane with the most room, and the link is full when all are', async () => {
    const { link, blocks, told, add } = await striped();
    const second = add();
    const frame = new Uint8Array(100);
    const answers = [1, 2, 3, 4, 5, 6].map(() => link.sendBlock(frame));
    expect(answers).toEqual([true, true, true, true, true, false]);
    expect([blocks.sent.length, second.sent.length]).toEqual([3, 3]);
    second.bufferedAmount = 100;
    second.onbufferedamountlow?.();
    expect(told).toEqual(['drained']);
    expect(link.sendBlock(frame)).toBe(true);
    expect(second.sent).toHaveLength(4);
  });

  it('[TP25] blocks that come over a further lane are blocks of the link', async () => {
    const { frames, add, told } = await striped();
    const second = add();
    const buffer = new ArrayBuffer(64);
    second.arrive(buffer);
    expect(frames[0]?.buffer).toBe(buffer);
    second.arrive('text');
    await settle();
    expect(told).toEqual(['malformed']);
  });

  it('[TP25] a lane that goes down idle is forgotten, one that may hold blocks ends the link', async () => {
    const { link, blocks, told, clock, add } = await striped();
    const [second, third] = [add(), add()];
    const frame = new Uint8Array(100);
    while (link.sendBlock(frame));
    clock.ms += 10_000;
    for (const channel of [blocks, second, third]) channel.bufferedAmount = 0;
    blocks.onbufferedamountlow?.();
    link.loseLane(second as unknown as RTCDataChannel);
    expect(second.readyState).toBe('closing');
    expect(link.laneCount).toBe(2);
    third.onbufferedamountlow?.();
    while (link.sendBlock(frame));
    expect(third.bufferedAmount).toBeGreaterThan(0);
    told.length = 0;
    link.loseLane(third as unknown as RTCDataChannel);
    await settle();
    expect(told).toEqual(['gone']);
  });

  it('[TP25] when a link ends its lanes end with it', async () => {
    const { link, add } = await striped();
    const second = add();
    link.release();
    expect(second.readyState).toBe('closing');
    expect(second.onmessage).toBeNull();
    expect(link.sendBlock(new Uint8Array(1))).toBe(false);
  });
});
