import { describe, expect, it } from 'vitest';
import { toHex } from '../base/bytes';
import type { PeerId, RoomId, ShareId } from '../base/ids';
import { helloSigningBytes, shareTagPreimage } from './handshake';
import { countedBytes } from './testing/formats';

const room = 'R'.repeat(22) as RoomId;
const from = 'F'.repeat(22) as PeerId;
const to = 'T'.repeat(22) as PeerId;

describe('handshake', () => {
  it('[CF15] a proof covers domain, room, both peers in order, and the connection', () => {
    const binding = countedBytes(32);
    expect(toHex(helloSigningBytes({ room, from, to, binding }))).toBe(
      Buffer.from(`shoal hello 1${room}${from}${to}`).toString('hex') + toHex(binding),
    );
    expect(helloSigningBytes({ room, from: to, to: from, binding })).not.toEqual(
      helloSigningBytes({ room, from, to, binding }),
    );
  });

  it('[CF16] a share’s name for the tracker has a label of its own', () => {
    expect(shareTagPreimage('AAECAwQFBgcICQoLDA0ODw' as ShareId)).toBe(
      'shoal share tag AAECAwQFBgcICQoLDA0ODw',
    );
  });
});
