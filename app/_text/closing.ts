/**
 * Whether this tab may be closed, in words: a title that changes with the state only (it is spoken), sentences with the numbers, and one on
 * why it may get less. Rules: PROTOCOL.md CL and UI19. Words: messages/<language>/closing.json. A room with several shares speaks for the one that needs this tab most.
 */
import type { Closing, ClosingState, RoomSnapshot, ShareSnapshot } from '../../lib/index';
import { formatCount, formatPercent } from './format';
import { t } from './words';

export interface ClosingText {
  readonly state: ClosingState;
  readonly title: string;
  readonly text: string;
  /** Why it may get less; '' where there is nothing to get less. */
  readonly why: string;
  readonly meter: {
    /** Copies and the part of the next one, at most `enough`. */
    readonly copies: number;
    readonly enough: number;
    readonly words: string;
  };
}

/** null: closing concerns nobody: nothing is here, or the room rests. */
export function closingText(room: RoomSnapshot): ClosingText | null {
  const shares = room.shares.filter(({ publisher, chunksHave }) => publisher === 'self' || chunksHave > 0);
  const all = shares.flatMap(({ closing }) => (closing ? [closing] : []));
  const [worst] = [...all].sort((a, b) => rank(a) - rank(b) || a.copies - b.copies);
  if (!worst) return null;
  const sum = { ...worst, onlyHere: all.reduce((parts, { onlyHere }) => parts + onlyHere, 0) };
  const { state, copies, fraction, needed } = sum;
  return {
    state,
    ...words(room, shares, sum),
    meter: {
      copies: Math.min(needed, Math.floor((copies + fraction) * 100) / 100),
      enough: needed,
      words: t('closing.meter', { copies: copiesHere(sum), needed }),
    },
  };
}

const order: readonly ClosingState[] = ['unsafe', 'others-complete', 'safe'];
const rank = ({ state }: Closing): number => order.indexOf(state);

type Words = Pick<ClosingText, 'title' | 'text' | 'why'>;

function words(room: RoomSnapshot, shares: readonly ShareSnapshot[], closing: Closing): Words {
  if (isReceiving(room))
    return { title: t('closing.copies-title'), text: whileReceiving(room, closing), why: '' };
  if (closing.linked === 0)
    return { ...(isMeeting(room) ? meeting(closing) : alone(shares, closing)), why: '' };
  switch (closing.state) {
    case 'safe':
      return {
        title: t('closing.may-close'),
        text: t('closing.safe', { copies: closing.copies }),
        why: t('closing.safe-why'),
      };
    case 'others-complete':
      return {
        title: t('closing.may-close'),
        text: together(t('closing.everyone', { count: closing.linked }), copiesHere(closing)),
        why: t('closing.everyone-why'),
      };
    case 'unsafe':
      return unsafe(room, shares, closing);
  }
}

function unsafe({ peers }: RoomSnapshot, shares: readonly ShareSnapshot[], closing: Closing): Words {
  const { own, needed, churning, needing } = closing;
  // After a reload they announce what they have at once, and count when they have shown it (CL2, CL9).
  const unproven =
    closing.copies === 0 && peers.length > 0 && peers.every(({ completeness }) => completeness === 1);
  return {
    title: own || needing > 0 ? t('closing.keep') : t('closing.staying-helps'),
    text: unproven
      ? t('closing.being-checked')
      : together(copiesHere(closing), isPreparing(shares) ? t('closing.preparing') : atStake(closing)),
    why: churning ? t('closing.churning-why', { needed }) : t('closing.unsafe-why', { needed }),
  };
}

/** What the others would lose, if anything. */
function atStake({ onlyHere, scarce, needed, lacking, looking, unknown }: Closing): string {
  if (lacking === 0 && unknown > 0) return t('closing.unknown', { count: unknown });
  const would = t('closing.would-miss', { count: onlyHere });
  if (onlyHere > 0) return lacking + looking > 0 ? would : together(t('closing.nobody-waits'), would);
  return t('closing.scarce', { count: scarce, needed: formatCount(needed) });
}

const isPreparing = (shares: readonly ShareSnapshot[]): boolean =>
  shares.some(({ preparedBytes }) => preparedBytes !== null);

function alone(shares: readonly ShareSnapshot[], { own, peak, madeHere }: Closing): Omit<Words, 'why'> {
  const closed = t('closing.while-closed');
  const nobody = t('closing.nobody');
  if (!own) return { title: nobody, text: together(t('closing.you-have-yours'), closed) };
  if (peak > 0) return { title: nobody, text: together(t('closing.others-left'), closed) };
  return {
    title: madeHere || isPreparing(shares) ? t('closing.keep') : nobody,
    text: together(t('closing.only-here'), closed),
  };
}

/** Somebody is here who is not linked yet: no word of nobody. */
const isMeeting = ({ detail }: RoomSnapshot): boolean => detail.kind === 'peers';

const meeting = ({ own }: Closing): Omit<Words, 'why'> => ({
  title: own ? t('closing.keep') : t('closing.staying-helps'),
  text: t('closing.while-closed'),
});

function whileReceiving({ peers }: RoomSnapshot, closing: Closing): string {
  if (closing.copies > 0) return copiesHere(closing);
  // No number while the sender is here: what it has shown so far, of all it holds, would count as the others'.
  return peers.some(({ isCreator }) => isCreator)
    ? t('closing.sender-here')
    : t('closing.no-copy-known', { percent: formatPercent(closing.fraction * 100) });
}

/** Files are still to come, whether they do just now or wait for space: no word of leaving then. */
const isReceiving = ({ detail }: RoomSnapshot): boolean =>
  detail.kind === 'receiving' ||
  detail.kind === 'missing' ||
  detail.kind === 'storage-full' ||
  detail.kind === 'storage-failing';

function copiesHere({ copies, partial }: Closing): string {
  if (copies === 0) return t('closing.no-copy');
  return partial ? t('closing.copies-at-least', { copies }) : t('closing.copies', { copies });
}

/** Two whole sentences, one after the other. */
const together = (first: string, second: string): string => t('closing.together', { first, second });
