/** Rule [UI19]: what is said of closing, state by state, as a share goes from its link to safe and back. */
import { describe, expect, it } from 'vitest';
import type { Closing, PeerSnapshot, RoomSnapshot, ShareSnapshot, StateDetail } from '../../lib/index';
import './testing/words';
import { closingText } from './closing';

const nothing: Closing = {
  state: 'unsafe',
  asks: false,
  own: true,
  copies: 0,
  peak: 0,
  fraction: 0,
  needed: 3,
  churning: false,
  scarce: 40,
  onlyHere: 40,
  linked: 0,
  lacking: 0,
  needing: 0,
  looking: 0,
  unknown: 0,
  partial: false,
  madeHere: true,
};
const share = (closing: Partial<Closing> | null, change: Partial<ShareSnapshot> = {}): ShareSnapshot =>
  ({
    publisher: 'self',
    chunksHave: 40,
    preparedBytes: null,
    closing: closing && { ...nothing, ...closing },
    ...change,
  }) as ShareSnapshot;
const room = (
  shares: readonly ShareSnapshot[],
  detail: StateDetail = { kind: 'sending' },
  peers: readonly Partial<PeerSnapshot>[] = [],
): RoomSnapshot => ({ shares, detail, peers }) as RoomSnapshot;
const said = (closing: Partial<Closing>, change: Partial<ShareSnapshot> = {}) => {
  const { title, text, why } = closingText(room([share(closing, change)])) ?? {};
  return [title, text, why].join(' | ');
};
const two = { copies: 2, fraction: 0.5, scarce: 20, onlyHere: 0, linked: 4, lacking: 2 };

describe('closingText', () => {
  it('[UI19] waits: the files are only here; later, those who had them have gone', () => {
    expect(said({})).toBe(
      'Keep this tab open | So far the files are only here. While this tab is closed, nobody can download from it; open it again and it goes on. | ',
    );
    expect(said({ madeHere: false })).toMatch(/^Nobody else is here now \| So far the files are only here\./);
    // While it is being made, from its first moment on.
    expect(said({ madeHere: false }, { preparedBytes: 0 })).toMatch(/^Keep this tab open \|/);
    expect(said({ peak: 1 })).toMatch(/^Nobody else is here now \| Others had a complete copy, but/);
    expect(said({ own: false })).toMatch(/^Nobody else is here now \| You have what you asked for\./);
  });

  it('[UI19] somebody is being connected to: not that nobody is here', () => {
    const meeting = (own: boolean): string | undefined =>
      closingText(room([share({ own, madeHere: false, peak: 1 })], { kind: 'peers' }))?.title;
    expect([meeting(true), meeting(false)]).toEqual(['Keep this tab open', 'Staying helps the others']);
  });

  it('[UI19] everyone announces everything, and has not shown it yet: that is said, not that nobody has it', () => {
    const withPeers = (...parts: number[]): string =>
      closingText(
        room(
          [share({ linked: parts.length, onlyHere: 4 })],
          { kind: 'sent' },
          parts.map((completeness) => ({ completeness })),
        ),
      )?.text ?? '';
    expect(withPeers(1, 1)).toBe('Others here say that they have everything. That is being checked.');
    expect(withPeers(1, 0.5)).toMatch(/^No complete copy here without you yet\./);
  });

  it('[UI19] transfers: what is at stake, in parts', () => {
    expect(said({ linked: 2, lacking: 2, onlyHere: 14 })).toBe(
      'Keep this tab open | No complete copy here without you yet. If you close now, 14 parts would be missing for the others. | People leave without warning, so 3 copies of every part should be here without you.',
    );
    expect(said(two)).toMatch(
      /\| 2 complete copies here without you\. 20 parts are with fewer than 3 others\. \|/,
    );
    expect(said({ linked: 1, lacking: 1, onlyHere: 1 })).toContain('1 part would be missing');
    expect(said({ linked: 1, lacking: 1 }, { preparedBytes: 5 })).toContain('still being prepared');
    expect(said({ linked: 1, looking: 1 })).toContain('yet. If you close now, 40 parts');
    expect(said({ linked: 1 })).toContain('Nobody waits for anything right now. If you close now, 40 parts');
  });

  it('[UI19] everyone here has everything, though they are few', () => {
    expect(said({ state: 'others-complete', copies: 1, onlyHere: 0, linked: 1 })).toBe(
      'You can close this tab | The other browser here has everything. 1 complete copy here without you. | When they leave too, nobody can download until one of you is back.',
    );
    expect(said({ state: 'others-complete', copies: 2, onlyHere: 0, linked: 2 })).toContain(
      'The 2 other browsers here have what they asked for. 2 complete copies here without you.',
    );
  });

  it('[UI19] safe; and unsafe again after people left', () => {
    expect(said({ state: 'safe', copies: 4, linked: 6, lacking: 2 })).toBe(
      'You can close this tab | Every part is with at least 4 others. | It can get less when people leave; this page tells you then.',
    );
    expect(said({ ...two, churning: true, needed: 5 })).toBe(
      'Keep this tab open | 2 complete copies here without you. 20 parts are with fewer than 5 others. | Many people left in the last minutes, so 5 copies of every part should be here without you.',
    );
  });

  it('[UI19] [CL1] says at least where there are more people than links, and who is not known', () => {
    expect(said({ ...two, partial: true })).toContain('At least 2 complete copies here');
    expect(said({ ...two, lacking: 0, unknown: 1 })).toContain('1 other here is not connected');
  });

  it('[UI19] who helps is asked to stay where somebody needs it', () => {
    expect(said({ ...two, own: false })).toMatch(/^Staying helps the others/);
    expect(said({ ...two, own: false, needing: 1, onlyHere: 3 })).toMatch(/^Keep this tab open/);
  });

  it('[UI19] who still receives is told how many copies there are', () => {
    const receiving = (closing: Partial<Closing>, peers: readonly Partial<PeerSnapshot>[] = []) =>
      closingText(room([share({ own: false, linked: 2, ...closing })], { kind: 'receiving' }, peers))?.text;
    expect(receiving({ copies: 2 })).toBe('2 complete copies here without you.');
    expect(receiving({ fraction: 0.259 }, [{ isCreator: true }])).toBe(
      'The sender is here. No other complete copy is known.',
    );
    expect(receiving({ fraction: 0.5 })).toBe(
      'No complete copy is known here: the others hold 50% of the parts together.',
    );
    // What waits for space is still to come: nobody is told to leave, nor to stay.
    for (const kind of ['storage-full', 'storage-failing'])
      expect(
        closingText(
          room([share({ own: false, linked: 2, copies: 2, state: 'others-complete' })], {
            kind,
          } as StateDetail),
        )?.title,
      ).toBe('Copies of these files');
  });

  it('[UI19] the meter is full at enough copies, and the share that needs this tab most speaks', () => {
    const shares = [share({ state: 'safe', copies: 3, linked: 4 }), share({ ...two, onlyHere: 7 })];
    const text = closingText(room(shares));
    expect(text?.state).toBe('unsafe');
    expect(text?.meter).toEqual({
      copies: 2.5,
      enough: 3,
      words: '2 complete copies here without you. 3 are enough.',
    });
    expect(closingText(room([share({ state: 'safe', copies: 9, linked: 9 })]))?.meter.copies).toBe(3);
  });

  it('[UI19] says nothing where nothing is here or the room rests', () => {
    expect(closingText(room([]))).toBeNull();
    expect(closingText(room([share(null)]))).toBeNull();
    expect(closingText(room([share({}, { publisher: 'creator', chunksHave: 0 })]))).toBeNull();
  });
});
