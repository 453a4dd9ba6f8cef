/**
 * Whether this tab may be closed, in words: a title that changes with the state only (it is spoken), sentences with the numbers, and one on
 * why it may get less. Rules: PROTOCOL.md CL and UI19. A room with several shares speaks for the one that needs this tab most.
 */
import type { Closing, ClosingState, RoomSnapshot, ShareSnapshot } from '../../lib/index';
import { counted } from './format';

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

const keep = 'Keep this tab open';
const mayClose = 'You can close this tab';

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
      words: `${copiesHere(sum)} ${counted(needed, 'is', 'are')} enough.`,
    },
  };
}

const order: readonly ClosingState[] = ['unsafe', 'others-complete', 'safe'];
const rank = ({ state }: Closing): number => order.indexOf(state);

type Words = Pick<ClosingText, 'title' | 'text' | 'why'>;

function words(room: RoomSnapshot, shares: readonly ShareSnapshot[], closing: Closing): Words {
  if (isReceiving(room))
    return { title: 'Copies of these files', text: whileReceiving(room, closing), why: '' };
  if (closing.linked === 0) return { ...alone(closing), why: '' };
  switch (closing.state) {
    case 'safe':
      return {
        title: mayClose,
        text: `Every part is with at least ${counted(closing.copies, 'other')}.`,
        why: 'It can get less when people leave; this page tells you then.',
      };
    case 'others-complete':
      return {
        title: mayClose,
        text: `${everyone(closing)} ${copiesHere(closing)}`,
        why: 'When they leave too, nobody can download until one of you is back.',
      };
    case 'unsafe':
      return unsafe(shares, closing);
  }
}

function unsafe(shares: readonly ShareSnapshot[], closing: Closing): Words {
  const { own, needed, churning, needing } = closing;
  const preparing = shares.some(({ preparedBytes }) => preparedBytes !== null);
  const enough = `${needed} copies of every part`;
  return {
    title: own || needing > 0 ? keep : 'Staying helps the others',
    text: [copiesHere(closing), preparing ? 'Your files are still being prepared.' : atStake(closing)].join(
      ' ',
    ),
    why: churning
      ? `Many people left in the last minutes, so ${enough} should be here without you.`
      : `People leave without warning, so ${enough} should be here without you.`,
  };
}

/** What the others would lose, if anything. */
function atStake({ onlyHere, scarce, needed, lacking, looking, unknown }: Closing): string {
  if (lacking === 0 && unknown > 0)
    return `${counted(unknown, 'other')} in the room ${unknown === 1 ? 'is' : 'are'} not connected to this tab, so what they have is not known.`;
  const would = `If you close now, ${counted(onlyHere, 'part')} would be missing for the others.`;
  if (onlyHere > 0) return lacking + looking > 0 ? would : `Nobody waits for anything right now. ${would}`;
  return `${counted(scarce, 'part is', 'parts are')} with fewer than ${needed} others.`;
}

function alone({ own, peak, madeHere }: Closing): Omit<Words, 'why'> {
  const closed = 'While this tab is closed, nobody can download from it; open it again and it goes on.';
  if (!own) return { title: 'Nobody else is here now', text: `You have what you asked for. ${closed}` };
  if (peak > 0)
    return {
      title: 'Nobody else is here now',
      text: `Others had a complete copy, but they are not here. ${closed}`,
    };
  return {
    title: madeHere ? keep : 'Nobody else is here now',
    text: `So far the files are only here. ${closed}`,
  };
}

function whileReceiving({ peers }: RoomSnapshot, closing: Closing): string {
  if (closing.copies > 0) return copiesHere(closing);
  const others = `the others hold ${Math.floor(closing.fraction * 100)} % of the parts together`;
  return peers.some(({ isCreator }) => isCreator)
    ? `The sender is here. Without the sender and you ${others}.`
    : `No complete copy is known here: ${others}.`;
}

const isReceiving = ({ detail }: RoomSnapshot): boolean =>
  detail.kind === 'receiving' || detail.kind === 'missing';

const everyone = ({ linked }: Closing): string =>
  linked === 1
    ? 'The other browser here has everything.'
    : `All ${counted(linked, 'other browser')} here have what they asked for.`;

function copiesHere({ copies, partial }: Closing): string {
  if (copies === 0) return 'No complete copy here without you yet.';
  return `${partial ? 'At least ' : ''}${counted(copies, 'complete copy', 'complete copies')} here without you.`;
}
