/**
 * What every Transport must do with frames: order, completeness, back-pressure, bounds (PROTOCOL TP5–TP8, TP10, TP18). Part of the contract
 * in transport-scenarios.ts.
 */
import type { SessionId } from '../../base/ids';
import { check, equal, type Pair, type Scenario } from './transport-recorder';

const blockBytes = 64 * 1024;

/** A block that carries its own number and a pattern made of it, so that a mix-up shows. */
function blockOf(index: number, bytes = blockBytes): Uint8Array {
  const frame = new Uint8Array(bytes).fill(index & 0xff);
  new DataView(frame.buffer).setUint32(0, index);
  return frame;
}
function indexOf(frame: Uint8Array): number {
  const index = new DataView(frame.buffer, frame.byteOffset).getUint32(0);
  const fill = index & 0xff;
  for (const at of [4, frame.length >> 1, frame.length - 1])
    check(frame[at] === fill, `block ${index} has its own bytes at ${at}`);
  return index;
}

/** Sends as a good sender does: stops at false, goes on at drained. Answers how often it had to stop and the most that was on its way. */
async function pump(pair: Pair, id: SessionId, count: number) {
  const seen = new Uint8Array(count);
  let received = 0;
  let sent = 0;
  let stops = 0;
  let most = 0;
  const sender = pair.left.log(id);
  await new Promise<void>((resolve, reject) => {
    const attempt = (run: () => void) => () => {
      try {
        run();
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    };
    pair.right.log(id).onBlock = (frame) => {
      attempt(() => {
        const index = indexOf(frame);
        check(frame.length === blockBytes, 'a block keeps its length');
        check(index < count && seen[index] === 0, `block ${index} arrives once`);
        seen[index] = 1;
        if (++received === count) resolve();
      })();
    };
    const go = attempt(() => {
      while (sent < count) {
        const room = pair.left.sendBlock(id, blockOf(sent++));
        most = Math.max(most, (sent - received) * blockBytes);
        if (room) continue;
        stops += 1;
        return;
      }
    });
    sender.onDrained = go;
    void pair.left.closed(id).then(
      (reason) => {
        reject(new Error(`link closed while sending: ${reason}`));
      },
      () => undefined,
    );
    go();
  });
  return { stops, most };
}

export const frameScenarios: readonly Scenario[] = [
  {
    title: '[TP5] control frames of any size arrive once and in order',
    async run(pair) {
      const session = await pair.open();
      const lengths = Array.from({ length: 400 }, (_, i) => 1 + ((i * 7919) % (i % 50 === 0 ? 60_000 : 900)));
      for (const length of lengths)
        pair.left.sendControl(session, new Uint8Array(length).fill(length & 0xff));
      pair.right.sendControl(session, new Uint8Array());
      pair.right.sendControl(session, new Uint8Array([5]));
      await pair.right.until(session, (log) => log.control.length === lengths.length, 'all control frames');
      const heard = pair.right.log(session).control;
      equal(
        heard.map((frame) => frame.length),
        lengths,
        'lengths in order',
      );
      check(
        heard.every((frame) => frame.at(-1) === (frame.length & 0xff)),
        'bytes are what was sent',
      );
      await pair.left.until(session, (log) => log.control.length === 2, 'frames the other way');
      equal(
        pair.left.log(session).control.map((frame) => frame.length),
        [0, 1],
        'an empty frame is a frame',
      );
    },
  },
  {
    title:
      '[TP6] every block arrives once, and [TP7] the sender is stopped and started again, so that little is on its way',
    async run(pair) {
      const session = await pair.open();
      const { bulkBytes, outstandingBytes } = pair.environment;
      const { stops, most } = await pump(pair, session, bulkBytes / blockBytes);
      check(stops > 0, 'sendBlock answers false when its buffer is full');
      const { drained } = pair.left.log(session);
      check(drained === stops || drained === stops - 1, `drained once per false: ${drained} of ${stops}`);
      check(most <= outstandingBytes, `at most ${outstandingBytes} bytes on their way, not ${most}`);
    },
  },
  {
    title: '[TP8] frames that arrive before listen wait and are delivered in order',
    async run(pair) {
      pair.right.listens = false;
      const session = await pair.open();
      let blocks = 0;
      pair.right.log(session).onBlock = () => (blocks += 1);
      for (let i = 0; i < 20; i++) pair.left.sendControl(session, new Uint8Array([i]));
      pair.left.sendBlock(session, blockOf(0));
      await new Promise((resolve) => setTimeout(resolve, 100));
      equal(pair.right.log(session).control.length, 0, 'frames before listen');
      pair.right.listen(session);
      for (let i = 20; i < 40; i++) pair.left.sendControl(session, new Uint8Array([i]));
      await pair.right.until(session, (log) => log.control.length === 40 && blocks === 1, 'all frames');
      const heard = pair.right.log(session).control.map((frame) => frame[0]);
      equal(heard, [...Array(40).keys()], 'in order');
    },
  },
  {
    title: '[TP8] more frames before listen than a hello needs end the link',
    async run(pair) {
      pair.right.listens = false;
      const session = await pair.open();
      for (let i = 0; i < 40; i++) pair.left.sendBlock(session, blockOf(i));
      equal(await pair.right.closed(session), 'protocol', 'reason');
      equal(await pair.left.closed(session), 'gone', "the other side's reason");
    },
  },
  {
    title: '[TP10] a frame larger than the link takes is dropped and the link lives on',
    async run(pair) {
      const session = await pair.open();
      const { maxFrameBytes } = pair.left.channel(session);
      check(maxFrameBytes >= 16 * 1024 && maxFrameBytes <= 256 * 1024, `a frame limit: ${maxFrameBytes}`);
      const lengths: number[] = [];
      pair.right.log(session).onBlock = (frame) => lengths.push(frame.length);
      pair.left.sendControl(session, new Uint8Array(maxFrameBytes + 1));
      pair.left.sendBlock(session, new Uint8Array(maxFrameBytes + 1));
      pair.left.sendControl(session, new Uint8Array(maxFrameBytes));
      pair.left.sendBlock(session, new Uint8Array(maxFrameBytes));
      await pair.right.until(session, (log) => log.control.length + lengths.length === 2, 'both frames');
      equal(pair.right.log(session).control[0]?.length, maxFrameBytes, 'control frame of exactly the limit');
      equal(lengths, [maxFrameBytes], 'block of exactly the limit');
      check(!pair.left.ended(session), 'still open');
    },
  },
  {
    title: '[TP18] an open link tells how its bytes travel',
    async run(pair) {
      const session = await pair.open();
      const deadline = performance.now() + 5000;
      while (pair.left.channel(session).path() === 'unknown') {
        check(performance.now() < deadline, 'the path becomes known');
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      equal(pair.left.channel(session).path(), 'direct', 'path between neighbours');
    },
  },
];
