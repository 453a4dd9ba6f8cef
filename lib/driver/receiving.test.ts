/** Blocks into chunks: which count, and what becomes of a chunk that is whole. Store and links only record; the engine is played by hand. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { createWebCrypto } from '../adapters/web-crypto';
import type { SessionId, ShareId } from '../base/ids';
import { blockBytes, blockCount, blockRange, geometryOf, sealedChunkBytes } from '../content/layout';
import type { Input } from '../core/types';
import { decodeBlockFrame, encodeBlockFrame } from '../wire/block-frame';
import { ChunkWriter } from './chunk-writer';
import type { DriverContext } from './context';
import type { Link } from './links';
import { Receiving } from './receiving';
import { SealedChunks } from './sealed-chunks';
import { Sending } from './sending';
import type { ShareEntry } from './share-entry';

const share = 'a'.repeat(22) as ShareId;
const [here, elsewhere] = ['h'.repeat(22), 'e'.repeat(22)] as [SessionId, SessionId];
const chunkBytes = 256 * 1024;
const [tag, chunk] = [7, 1];

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

async function world(geometry = geometryOf(3 * chunkBytes, chunkBytes)) {
  const crypto = createWebCrypto();
  const sealed = new Uint8Array(sealedChunkBytes(geometry, chunk)).map((_, i) => (i * 31 + (i >> 9)) & 255);
  const signed = await crypto.sha256(sealed);
  const entry = { geometry, segments: { hash: () => signed }, storedBytes: 0 } as unknown as ShareEntry;
  const fed: Input[] = [];
  const written: number[] = [];
  let read = 0;
  const sent: Uint8Array[] = [];
  const parts: { writer?: ChunkWriter; receiving?: Receiving } = {};
  const engineShares = new Map<ShareId, { urgent: readonly unknown[] }>();
  const context = {
    ports: {
      crypto,
      chunks: {
        /** Never ends. */
        put: (_share: ShareId, records: readonly { chunk: number }[]) => {
          written.push(...records.map((record) => record.chunk));
          return new Promise(() => undefined);
        },
        get: () => {
          read++;
          return Promise.resolve(undefined);
        },
        remove: () => Promise.resolve(),
      },
      clock: { now: () => 0, at: () => () => undefined },
      log: { write: () => undefined },
    },
    engine: { transfer: { shares: engineShares } },
    shares: new Map([[share, entry]]),
    waits: (of: ShareId, index: number) => parts.writer?.waits(of, index),
    lose: () => undefined,
    feed: (input: Input) => {
      fed.push(input);
      // As the engine does with a chunk it still wants.
      if (input.kind === 'chunk-verified') parts.receiving?.got(share, chunk);
    },
    background: (_what: string, work: Promise<unknown>) => void work,
  } as unknown as DriverContext;
  const memory = new SealedChunks(context);
  const writer = (parts.writer = new ChunkWriter(context, () => undefined));
  const receiving = (parts.receiving = new Receiving(context, memory, writer));
  const sending = new Sending(context, memory);
  const linkOf = (session: SessionId) =>
    ({
      session,
      channel: { path: () => 'direct', sendBlock: (frame: Uint8Array) => sent.push(frame) > 0 },
    }) as unknown as Link;
  return {
    receiving,
    writer,
    engineShares,
    sending,
    sealed,
    geometry,
    fed,
    written,
    reads: () => read,
    sent,
    linkOf,
  };
}

/** Block `index` of the chunk, or bytes of other length or elsewhere than it lies. */
function frameOf(
  sealed: Uint8Array,
  index: number,
  other: Partial<Record<'tag' | 'chunk' | 'offset' | 'end', number>> = {},
) {
  const { start, end } = blockRange(sealed.length, index);
  const offset = other.offset ?? start;
  const payload = sealed.subarray(start, other.end ?? end);
  return encodeBlockFrame(other.tag ?? tag, other.chunk ?? chunk, offset, payload);
}

describe('receiving', () => {
  test.each<[string, Parameters<typeof frameOf>[1], Parameters<typeof frameOf>[2]]>([
    ['another tag', 0, { tag: tag + 1 }],
    ['another chunk', 0, { chunk: chunk + 1 }],
    ['another offset', 0, { offset: 1 }],
    ['the place of a block of other length', 0, { offset: blockBytes }],
    ['a place behind the last block', 1, { offset: 2 * blockBytes }],
    ['a place far beyond the chunk', 1, { offset: 0xffff_0000 }],
    ['a byte less', 0, { end: blockBytes - 1 }],
    ['a byte more', 0, { end: blockBytes + 1 }],
    ['the last block without its tag', 1, { end: 2 * blockBytes }],
  ])(
    '[RX1] a block with %s does not count, and does not keep the right one from counting',
    async (_, index, other) => {
      const { receiving, sealed, fed, linkOf } = await world();
      receiving.expect(here, tag, share, chunk);
      const misfit = frameOf(sealed, index, other);
      receiving.block(linkOf(here), misfit);
      expect([fed, receiving.duplicateBytes]).toEqual([[], decodeBlockFrame(misfit)?.payload.length]);
      receiving.block(linkOf(here), frameOf(sealed, index));
      expect(fed.map(({ kind }) => kind)).toEqual(['block-received']);
    },
  );

  test('[RX1] a block counts once, on the link it was asked for on, in any order, while its request is open', async () => {
    const { receiving, sealed, fed, linkOf } = await world();
    const counted = () => fed.filter(({ kind }) => kind === 'block-received').length;
    const comes = (index: number, session = here) => receiving.block(linkOf(session), frameOf(sealed, index));
    comes(1);
    receiving.expect(here, tag, share, chunk);
    comes(1, elsewhere);
    expect(counted()).toBe(0);
    comes(1);
    expect(fed).toEqual([{ kind: 'block-received', session: here, tag, bytes: blockBytes + 16 }]);
    comes(1);
    expect(counted()).toBe(1);
    comes(0);
    expect(counted()).toBe(2);
    receiving.verify(here, tag, share, chunk);
    await expect.poll(() => fed.at(-1)).toEqual({ kind: 'chunk-verified', session: here, tag });
    comes(0);
    receiving.expect(here, tag, share, chunk);
    receiving.discard(here, tag);
    comes(0);
    receiving.expect(here, tag, share, chunk);
    receiving.forget(here);
    comes(0);
    expect(counted()).toBe(2);
  });

  test('[RX4] the last chunk that was asked for is not left to gather, nor one of a share that is played', async () => {
    const { receiving, writer, engineShares, sealed, fed, linkOf } = await world();
    let flushed = 0;
    writer.flush = () => {
      flushed++;
    };
    const arrives = async () => {
      fed.length = 0;
      receiving.expect(here, tag, share, chunk);
      for (const index of [0, 1]) receiving.block(linkOf(here), frameOf(sealed, index));
      receiving.verify(here, tag, share, chunk);
      await expect.poll(() => fed.at(-1)?.kind).toBe('chunk-verified');
      return flushed;
    };
    receiving.expect(elsewhere, tag, share, chunk);
    expect(await arrives()).toBe(0);
    engineShares.set(share, { urgent: [{}] });
    expect(await arrives()).toBe(1);
    engineShares.clear();
    receiving.discard(elsewhere, tag);
    expect(await arrives()).toBe(2);
  });

  test('[RX1] memory for a chunk is taken when its first block comes, and not for one that does not count', async () => {
    const large = 4 * 1024 * 1024;
    const { receiving, sealed, linkOf } = await world(geometryOf(64 * large, large));
    const used = () => {
      // What other tests left behind would else be given back between two readings. The second waits until the first has given back.
      collectGarbage();
      collectGarbage();
      return process.memoryUsage().arrayBuffers;
    };
    const before = used();
    const taken = () => used() - before;
    for (let i = 0; i < 64; i++) receiving.expect(here, i, share, i);
    const misfit = sealed.subarray(0, 100);
    for (let i = 0; i < 64; i++) receiving.block(linkOf(here), encodeBlockFrame(i, i, 0, misfit));
    expect(taken()).toBeLessThan(8 * large);
    const first = sealed.subarray(0, blockBytes);
    for (let i = 0; i < 64; i++) receiving.block(linkOf(here), encodeBlockFrame(i, i, 0, first));
    // Else what was measured is not what chunks take.
    expect(taken()).toBeGreaterThan(56 * large);
  });

  test('[RX4] a verified chunk is served from memory at once, while its write is under way', async () => {
    const { receiving, sending, sealed, fed, written, reads, sent, linkOf } = await world();
    receiving.expect(here, tag, share, chunk);
    for (const index of [0, 1]) receiving.block(linkOf(here), frameOf(sealed, index));
    receiving.verify(here, tag, share, chunk);
    await expect.poll(() => fed.at(-1)).toEqual({ kind: 'chunk-verified', session: here, tag });
    const count = blockCount(sealed.length);
    sending.serve(linkOf(elsewhere), { tag: 3, share, chunk, firstBlock: 0, blockCount: count });
    await expect.poll(() => sent.length).toBe(count);
    const payloads = sent.map((frame) => decodeBlockFrame(frame)?.payload ?? new Uint8Array());
    expect(Buffer.compare(Buffer.concat(payloads), sealed)).toBe(0);
    expect([written, reads()]).toEqual([[chunk], 0]);
    expect(fed.filter(({ kind }) => kind === 'chunk-settled')).toEqual([]);
  });
});
