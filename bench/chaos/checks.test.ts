import { describe, expect, test } from 'vitest';
import { allowances, allowedBytes, bansIn, fetchedBy, growth } from './checks';
import type { Life } from './person';
import type { Fault } from './plan';

const chunk = 256 * 1024;
const share = 100 * chunk;
const fault = (changes: Partial<Fault>): Fault => ({
  kind: 'kill-receiver',
  who: 1,
  phase: 'transferring',
  at: 0.5,
  seconds: 0,
  where: null,
  ...changes,
});
const life = (changes: Partial<Life>): Life => ({
  chunksAtFirst: 0,
  bytesAtFirst: 0,
  chunks: 100,
  bytesReceived: share,
  duplicateBytes: 0,
  ...changes,
});

describe('what was fetched again', () => {
  test('[CH3] a share that came in two documents, nothing twice', () => {
    const lives = [
      life({ chunks: 40, bytesReceived: 40 * chunk }),
      life({ chunksAtFirst: 40, bytesReceived: 60 * chunk }),
    ];
    expect(fetchedBy(1, lives, share, chunk, [fault({})])).toMatchObject({ refetchedBytes: 0, lostBytes: 0 });
  });

  test('[CH3] chunks that were not kept show as lost and as fetched again', () => {
    const lives = [
      life({ chunks: 40, bytesReceived: 41 * chunk }),
      life({ chunksAtFirst: 30, bytesReceived: 70 * chunk }),
    ];
    const seen = fetchedBy(1, lives, share, chunk, [fault({})]);
    expect(seen.lostBytes).toBe(10 * chunk);
    expect(seen.refetchedBytes).toBe(11 * chunk);
  });

  test('[CH3] what came in before the first look at a new page does not count as kept', () => {
    const lives = [
      life({ chunks: 40, bytesReceived: 40 * chunk }),
      life({ chunksAtFirst: 38, bytesAtFirst: 8 * chunk, bytesReceived: 70 * chunk }),
    ];
    expect(fetchedBy(1, lives, share, chunk, [fault({})]).lostBytes).toBe(10 * chunk);
  });

  test('[CH3] starting over is more than what may be fetched again', () => {
    const large = 400 * chunk;
    const lives = [life({ chunks: 300, bytesReceived: 300 * chunk }), life({ bytesReceived: large })];
    const { refetchedBytes, allowedBytes: allowed } = fetchedBy(1, lives, large, chunk, [fault({})]);
    expect(refetchedBytes).toBeGreaterThan(allowed);
  });

  test('[CH3] a death of one’s own allows most, another’s a little, the server’s nothing', () => {
    const base = allowedBytes(1, share, []);
    expect(allowedBytes(1, share, [fault({})]) - base).toBe(allowances.ownDeathBytes);
    expect(allowedBytes(2, share, [fault({})]) - base).toBe(allowances.linkBreakBytes);
    expect(allowedBytes(1, share, [fault({ kind: 'cut', who: 1 })]) - base).toBe(allowances.linkBreakBytes);
    expect(allowedBytes(1, share, [fault({ kind: 'restart-server', who: null })])).toBe(base);
  });
});

test('[CH6] finds who was cut off for cause in the text of the diagnostics, and nobody else', () => {
  const text = [
    'room: guest, complete (received), server online, error none',
    'sent 1, received 2 (relayed 0), duplicate 0, bad chunks 0, stored 2',
    '  lost 1: gone',
    '  lost 2: broken-promise',
    '  16.125s peer-lost reason=silent wasUp=true',
    '  17.125s peer-lost reason=handshake-failed wasUp=false',
  ].join('\n');
  expect(bansIn(text)).toEqual([
    '  lost 2: broken-promise',
    '  17.125s peer-lost reason=handshake-failed wasUp=false',
  ]);
});

test('[CH7] growth is that of the last third of the rounds over the first', () => {
  expect(growth([100, 120, 110, 100, 120, 110, 100, 120, 110])).toBe(0);
  expect(growth([100, 110, 120, 130, 140, 150, 160, 170, 180])).toBe(60);
  expect(growth([1, 1000])).toBe(0);
});
