/**
 * What a hostile peer sends once it is in: each kind breaks one rule of the wire or of the engine, and comes with the reason an honest peer
 * must give for cutting the link. Only for tests; the codec's own fuzz (lib/wire) covers the bytes in between.
 */
import type { ShareId } from '../base/ids';
import { encodeBlockFrame } from '../wire/block-frame';
import { encodeMessage } from '../wire/codec';
import { limits } from '../wire/messages';
import type { RawChannels } from './hostile-ports';

const mebibyte = 1024 * 1024;

export const rubbishKinds = [
  'garbage',
  'truncated',
  'over-bounds',
  'oversized-control',
  'oversized-block',
  'unasked-blocks',
  'short-block',
  'second-hello',
  'long-bitfield',
  'far-request',
  'far-have',
  'unknown-messages',
] as const;
export type RubbishKind = (typeof rubbishKinds)[number];

/** Sends it. Throws what the browser throws when a channel takes no more, which on a link being cut is expected. */
export function sendRubbish(kind: RubbishKind, share: ShareId, { control, blocks }: RawChannels): void {
  switch (kind) {
    case 'garbage':
      for (let i = 0; i < 200; i++) control.send(crypto.getRandomValues(new Uint8Array(1 + i * 7)));
      return;
    case 'truncated':
      control.send(encodeMessage({ type: 'interest', share, ranges: [0, 1, 2, 3] }).slice(0, -2));
      return;
    case 'over-bounds':
      // A well-formed map whose array is longer than any message's: refused before it takes memory.
      control.send(
        Uint8Array.of(
          0x92,
          10,
          0x81,
          0xa6,
          ...new TextEncoder().encode('ranges'),
          0xdd,
          0x7f,
          0xff,
          0xff,
          0xff,
        ),
      );
      return;
    case 'oversized-control':
      control.send(new Uint8Array(limits.frameBytes + 1));
      return;
    case 'oversized-block':
      blocks.send(encodeBlockOf(limits.frameBytes + 1));
      return;
    case 'unasked-blocks':
      // More than the slack for frames that cross a cancel (lib/driver/receiving.ts).
      for (let sent = 0, tag = 0; sent < 6 * mebibyte; sent += 64 * 1024, tag++)
        blocks.send(encodeBlockFrame(0xffff_0000 + tag, tag, 0, new Uint8Array(64 * 1024)));
      return;
    case 'short-block':
      blocks.send(new Uint8Array(5));
      return;
    case 'second-hello':
      control.send(
        encodeMessage({
          type: 'hello',
          version: 1,
          publicKey: new Uint8Array(32),
          signature: new Uint8Array(64),
          agent: 'again',
        }),
      );
      return;
    case 'long-bitfield':
      control.send(encodeMessage({ type: 'bitfield', share, kind: 'bits', bits: new Uint8Array(1000) }));
      return;
    case 'far-request':
      control.send(
        encodeMessage({
          type: 'request',
          share,
          chunk: limits.chunks - 1,
          firstBlock: 0,
          blockCount: 1,
          tag: 1,
        }),
      );
      return;
    case 'far-have':
      control.send(encodeMessage({ type: 'have', share, ranges: [limits.chunks - 1, 1] }));
      return;
    case 'unknown-messages':
      // Of a later version, so to be ignored: what must come back is the answer to the ping, not a goodbye.
      for (let i = 0; i < 500; i++) control.send(Uint8Array.of(0x92, 0xcc, 200 + (i % 50), 0x80));
      control.send(encodeMessage({ type: 'ping' }));
      return;
  }
}

function encodeBlockOf(bytes: number): Uint8Array<ArrayBuffer> {
  const frame = new Uint8Array(bytes);
  frame.set([0, 0, 0, 1]);
  return frame;
}

/**
 * Lets this page send messages larger than the other side says it takes: browsers look it up in the descriptions, which nothing signs.
 * Call before the first connection.
 */
export function ignoreMessageLimits(): void {
  const { prototype } = RTCPeerConnection;
  for (const name of ['setLocalDescription', 'setRemoteDescription'] as const) {
    // Reflect's view of a method has no `this`; it is called with its own below.
    const original = Reflect.get(prototype, name) as (this: unknown, description: unknown) => Promise<void>;
    Reflect.set(prototype, name, function (this: unknown, given: RTCSessionDescriptionInit | undefined) {
      // Copied field by field: an RTCSessionDescription has them on its prototype.
      const larger = given?.sdp && {
        type: given.type,
        sdp: given.sdp.replace(/a=max-message-size:\d+/, 'a=max-message-size:1048576'),
      };
      return original.call(this, larger ?? given);
    });
  }
}
