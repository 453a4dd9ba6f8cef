/**
 * The yardstick at a distance: data channels on one or several connections between two pages, memory to memory, each message given to the
 * connection with the most room. Besides the time it tells how the rate grew, and the round trip that ICE measured. With one connection it is
 * what bare-channel.ts does. What runs in the pages is written here as functions for page.evaluate.
 */
import type { Page } from '@playwright/test';

const messageBytes = 64 * 1024;
/** Per connection: fills any pause of a busy page, and is far below where libwebrtc drops the channel (16 MiB). */
const highWaterBytes = 1024 * 1024;
const sampleMs = 100;

export interface StripedRun {
  /** From the first byte received to the last. */
  readonly seconds: number;
  /** Bytes received so far, every 100 ms from the first byte on. */
  readonly received: readonly number[];
  /** As ICE measured it last, on the first connection. */
  readonly rttMs: number;
}

interface Bare {
  pcs: RTCPeerConnection[];
  channels: RTCDataChannel[];
  done?: Promise<{ seconds: number; received: number[] }>;
}
type BareGlobal = typeof globalThis & { bare: Bare };

export async function stripedTransfer(
  from: Page,
  to: Page,
  bytes: number,
  connections: number,
): Promise<StripedRun> {
  const offers = await from.evaluate(async (connections) => {
    const bare: Bare = { pcs: [], channels: [] };
    (globalThis as BareGlobal).bare = bare;
    const offers: string[] = [];
    for (let i = 0; i < connections; i++) {
      const pc = new RTCPeerConnection();
      bare.pcs.push(pc);
      bare.channels.push(pc.createDataChannel('bare', { negotiated: true, id: 20, ordered: false }));
      await pc.setLocalDescription();
      await new Promise<void>((resolve) => {
        if (pc.iceGatheringState === 'complete') resolve();
        pc.onicegatheringstatechange = () => pc.iceGatheringState === 'complete' && resolve();
      });
      offers.push(pc.localDescription?.sdp ?? '');
    }
    return offers;
  }, connections);
  const answers = await to.evaluate(
    async ({ offers, total, sampleMs }) => {
      const bare: Bare = { pcs: [], channels: [] };
      (globalThis as BareGlobal).bare = bare;
      let received = 0;
      const samples: number[] = [];
      const answers: string[] = [];
      for (const sdp of offers) {
        const pc = new RTCPeerConnection();
        bare.pcs.push(pc);
        const channel = pc.createDataChannel('bare', { negotiated: true, id: 20, ordered: false });
        channel.binaryType = 'arraybuffer';
        bare.channels.push(channel);
        await pc.setRemoteDescription({ type: 'offer', sdp });
        await pc.setLocalDescription();
        await new Promise<void>((resolve) => {
          if (pc.iceGatheringState === 'complete') resolve();
          pc.onicegatheringstatechange = () => pc.iceGatheringState === 'complete' && resolve();
        });
        answers.push(pc.localDescription?.sdp ?? '');
      }
      bare.done = new Promise((resolve) => {
        let first = 0;
        for (const channel of bare.channels)
          channel.onmessage = ({ data }: MessageEvent<ArrayBuffer>) => {
            const now = performance.now();
            first ||= now;
            while (samples.length * sampleMs < now - first) samples.push(received);
            received += data.byteLength;
            if (received >= total) resolve({ seconds: (now - first) / 1000, received: samples });
          };
      });
      return answers;
    },
    { offers, total: bytes, sampleMs },
  );
  await from.evaluate(
    async ({ answers, total, size, high }) => {
      const { pcs, channels } = (globalThis as BareGlobal).bare;
      for (const [i, pc] of pcs.entries())
        await pc.setRemoteDescription({ type: 'answer', sdp: answers[i] ?? '' });
      for (const channel of channels) {
        if (channel.readyState !== 'open') await new Promise((resolve) => (channel.onopen = resolve));
        channel.bufferedAmountLowThreshold = high / 4;
      }
      const message = new Uint8Array(size);
      crypto.getRandomValues(message.subarray(0, 65_536));
      let sent = 0;
      await new Promise<void>((resolve) => {
        for (const channel of channels) {
          // No named function in here: the runner's compiler would wrap it in a helper that the page does not have.
          channel.onbufferedamountlow = () => {
            while (sent < total && channel.bufferedAmount < high) {
              channel.send(sent + size <= total ? message : message.subarray(0, total - sent));
              sent += size;
            }
            if (sent >= total) resolve();
          };
          setTimeout(() => channel.dispatchEvent(new Event('bufferedamountlow')), 0);
        }
      });
    },
    { answers, total: bytes, size: messageBytes, high: highWaterBytes },
  );
  const run = await to.evaluate(() => (globalThis as BareGlobal).bare.done);
  if (!run) throw new Error('the receiving page forgot its run');
  const rttMs = await from.evaluate(async () => {
    const [pc] = (globalThis as BareGlobal).bare.pcs;
    let seconds = NaN;
    for (const report of ((await pc?.getStats()) ?? new Map<string, unknown>()).values()) {
      const { type, nominated, currentRoundTripTime } = report as RTCIceCandidatePairStats;
      if (type === 'candidate-pair' && nominated) seconds = currentRoundTripTime ?? seconds;
    }
    return seconds * 1000;
  });
  for (const page of [from, to]) {
    await page.evaluate(() => {
      for (const pc of (globalThis as BareGlobal).bare.pcs) pc.close();
    });
  }
  return { ...run, rttMs };
}
