/**
 * The yardstick: one bare RTCDataChannel between two pages, memory to memory, nothing checked and nothing kept. What runs in the pages is
 * written here as functions for page.evaluate; the two descriptions are carried over by the bench.
 */
import type { Page } from '@playwright/test';

const messageBytes = 64 * 1024;
const highWaterBytes = 1024 * 1024;

interface BareEnd {
  pc: RTCPeerConnection;
  channel?: RTCDataChannel;
}

/** Sends `bytes` from one page to the other; answers seconds from the first send to the last byte received. */
export async function bareTransfer(from: Page, to: Page, bytes: number): Promise<number> {
  const offer = await from.evaluate(async () => {
    const pc = new RTCPeerConnection();
    const channel = pc.createDataChannel('bare', { negotiated: true, id: 20, ordered: false });
    (globalThis as unknown as { bare: BareEnd }).bare = { pc, channel };
    await pc.setLocalDescription();
    await new Promise<void>((resolve) => {
      if (pc.iceGatheringState === 'complete') resolve();
      pc.onicegatheringstatechange = () => pc.iceGatheringState === 'complete' && resolve();
    });
    return pc.localDescription?.sdp ?? '';
  });
  const answer = await to.evaluate(
    async ({ sdp, total }) => {
      const pc = new RTCPeerConnection();
      const channel = pc.createDataChannel('bare', { negotiated: true, id: 20, ordered: false });
      channel.binaryType = 'arraybuffer';
      const end = { pc, channel } as BareEnd & { done?: Promise<number> };
      end.done = new Promise((resolve) => {
        let received = 0;
        let first = 0;
        channel.onmessage = ({ data }: MessageEvent<ArrayBuffer>) => {
          first ||= performance.now();
          received += data.byteLength;
          if (received >= total) resolve((performance.now() - first) / 1000);
        };
      });
      (globalThis as unknown as { bare: typeof end }).bare = end;
      await pc.setRemoteDescription({ type: 'offer', sdp });
      await pc.setLocalDescription();
      await new Promise<void>((resolve) => {
        if (pc.iceGatheringState === 'complete') resolve();
        pc.onicegatheringstatechange = () => pc.iceGatheringState === 'complete' && resolve();
      });
      return pc.localDescription?.sdp ?? '';
    },
    { sdp: offer, total: bytes },
  );
  await from.evaluate(
    async ({ sdp, total, size, high }) => {
      const { pc, channel } = (globalThis as unknown as { bare: Required<BareEnd> }).bare;
      await pc.setRemoteDescription({ type: 'answer', sdp });
      if (channel.readyState !== 'open') await new Promise((resolve) => (channel.onopen = resolve));
      channel.bufferedAmountLowThreshold = high / 4;
      const message = new Uint8Array(size);
      crypto.getRandomValues(message.subarray(0, 65_536));
      for (let sent = 0; sent < total; sent += size) {
        if (channel.bufferedAmount > high)
          await new Promise((resolve) => (channel.onbufferedamountlow = resolve));
        channel.send(sent + size <= total ? message : message.subarray(0, total - sent));
      }
    },
    { sdp: answer, total: bytes, size: messageBytes, high: highWaterBytes },
  );
  const seconds = await to.evaluate(
    () => (globalThis as unknown as { bare: { done: Promise<number> } }).bare.done,
  );
  for (const page of [from, to]) {
    await page.evaluate(() => {
      (globalThis as unknown as { bare: BareEnd }).bare.pc.close();
    });
  }
  return seconds;
}
