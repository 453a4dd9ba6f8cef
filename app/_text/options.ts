/** Every word of the sender's options: the panel, the question for a passphrase, and what is said of a share that has ended. */
import type { EndingReason, RoomOptions, RoomSnapshot } from '../../lib/index';
import { counted } from './format';

export const optionsText = {
  button: 'Options',
  title: 'Options',
  done: 'Done',
  passphrase: {
    title: 'Passphrase',
    label: 'Passphrase',
    hint: 'Asked for besides the link. Tell it another way than you send the link.',
    draftHint: 'Whoever opens the link is asked for it. Tell it another way than you send the link.',
    weak: 'Short ones can be guessed by someone who has the link. Four or more words are safe.',
    set: 'Set passphrase',
    change: 'Change passphrase',
    remove: 'Remove it',
    working: 'Making a new link…',
    changes: 'This makes a new link. The one above stops working, so send the new one.',
    isSet: 'This share opens only with its passphrase.',
    met: 'Somebody has joined by this link, so its passphrase stays as it is. Share the files anew for another one.',
    metNone:
      'Somebody has joined by this link, so it cannot get a passphrase any more. Share the files anew with one.',
    files: 'Choose the files again first: a passphrase makes the link anew.',
    show: 'Show passphrase',
    hide: 'Hide passphrase',
  },
  end: {
    title: 'Ends',
    never: 'Never',
    hour: 'In 1 hour',
    day: 'In 1 day',
    week: 'In 1 week',
    at: 'At a time I choose',
    when: 'Ends at',
    past: 'That time is over already.',
    keep: (when: string): string => `As set: ${when}`,
  },
  downloads: {
    title: 'Downloads',
    any: 'As many as come',
    some: (count: number): string => `End after ${counted(count, 'download')}`,
    so: (done: number, limit: number): string => `${done} of ${counted(limit, 'download')} done so far.`,
    hint: 'Counted by this tab, so leave it open. A download counts when someone has everything they chose.',
  },
  add: { label: 'Others may add files' },
  limits: 'Ending a share stops sending and lets nobody in. What someone has already received, they keep.',
  close: {
    button: 'End this share now',
    sure: 'End it for good? Nobody can join or download after that. The files on your disk are not touched.',
    yes: 'End it',
    no: 'Keep it',
  },
  locked: {
    title: 'This share needs a passphrase',
    text: 'The link alone does not open it. Ask whoever sent it.',
    open: 'Open the share',
    opening: 'Checking…',
    wrong: 'That is not the passphrase. Check upper and lower case and spaces, then try again.',
    again: 'Type the passphrase again',
    doubt: 'If the sender should be here, the passphrase may have been mistyped.',
  },
} as const;

const senderEnded: Record<EndingReason, string> = {
  closed: 'You ended it. Nobody can join any more.',
  expired: 'Its time is over. Nobody can join any more.',
  downloads: 'As many as you allowed have downloaded it. Nobody can join any more.',
};
const guestEnded: Record<EndingReason, string> = {
  closed: 'The sender ended it.',
  expired: 'The time its sender gave it is over.',
  downloads: 'It was downloaded as often as its sender allowed.',
};

/** Of a room that is over. */
export function endedText(room: RoomSnapshot, why: EndingReason): { title: string; text: string } {
  const title = 'This share has ended';
  if (room.role === 'creator')
    return { title, text: `${senderEnded[why]} What others have received, they keep.` };
  if (room.state === 'complete') return { title, text: `${guestEnded[why]} All you chose is here and stays.` };
  const next =
    room.state === 'stalled'
      ? 'What was still missing does not come any more: ask the sender for a new link.'
      : 'If you need the files, ask the sender for a new link.';
  return { title, text: `${guestEnded[why]} ${next}` };
}

/** What is set, in a few words beside the link; empty: nothing. */
export function optionsSummary({ passphrase, endsAt, downloads, over }: RoomOptions): string[] {
  if (over) return [];
  return [
    passphrase ? 'Passphrase needed' : '',
    endsAt === null ? '' : `Ends ${whenText(endsAt)}`,
    downloads ? `${downloads.done} of ${counted(downloads.limit, 'download')}` : '',
  ].filter((part) => part !== '');
}

export const whenText = (at: number): string =>
  new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short' }).format(at);
