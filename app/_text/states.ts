/**
 * What a room is doing, in a title of a few words and one honest sentence. The title changes only with the state, so it can be announced to
 * screen readers; the sentence may hold numbers. Total over StateDetail by type.
 */
import type { RoomSnapshot, StateDetail } from '../../lib/index';
import { errorTexts } from './errors';
import { counted } from './format';
import { endedText } from './options';
import { spaceText } from './space';

export interface StateText {
  readonly title: string;
  readonly text: string;
}

const storageHelp =
  'Delete shares you no longer need, or free space on the disk; then it goes on by itself. Leave this tab open: what came is kept in it.';
const keepsGoing = 'It goes on by itself.';

export function stateText(room: RoomSnapshot): StateText {
  const { detail, peers, role } = room;
  const creator = role === 'creator';
  switch (detail.kind) {
    case 'server':
      return room.server === 'offline'
        ? {
            title: 'Looking for the server',
            text: 'The server does not answer; Shoal keeps trying. Check your connection.',
          }
        : { title: 'Connecting', text: 'Reaching the server to find out who is here.' };
    case 'peers':
      return { title: 'Connecting', text: 'Someone is here. Opening a connection to their browser.' };
    case 'catalog':
      return { title: 'Connecting', text: 'Connected. Fetching the list of files.' };
    case 'empty-room':
      if (creator && room.shares.length === 0)
        return {
          title: 'No files yet',
          text: 'Add some: whoever has the link gets them.',
        };
      return creator
        ? {
            title: 'Waiting for someone to join',
            text: 'Send the link to anyone. Keep this tab open until they have the files.',
          }
        : {
            title: 'Nobody is here yet',
            text: 'No one with these files is online right now. Leave this tab open: it starts by itself when someone comes.',
          };
    case 'ready':
      return { title: 'Ready to download', text: 'Choose what you want, then press Download.' };
    case 'nobody-asks':
      return {
        title: 'Ready to send',
        text: `${here(peers.length)} Nothing is being asked for right now.`,
      };
    case 'collecting':
      return {
        title: 'Reading your files',
        text: 'The link works already: send it, the files follow.',
      };
    case 'preparing':
      return {
        title: 'Preparing your files',
        text: 'The link works already: others can join and start while this runs.',
      };
    case 'checking':
      return {
        title: 'Checking your files',
        text: 'They are compared with what was shared. What has been compared is being sent already.',
      };
    case 'storage-full':
      return { title: 'Paused: no space left', text: `${spaceText(detail)} ${storageHelp}` };
    case 'storage-failing':
      return {
        title: 'Paused: the browser does not store',
        text: 'What came is kept in this tab, so leave it open. Shoal keeps trying; see that the disk is neither full nor taken out.',
      };
    case 'receiving':
      return { title: 'Receiving', text: receiving(room) };
    case 'sending':
      return { title: 'Sending', text: sending(room) };
    case 'missing':
      return { title: 'Waiting for missing parts', text: missing(detail) };
    case 'files-needed':
      return {
        title: 'Your files are needed again',
        text: 'The page was closed or reloaded, and the browser does not let it read them without you. What is stored here is sent all the same.',
      };
    case 'received':
      return {
        title: 'All files are here',
        text: 'This tab goes on helping others until you close it.',
      };
    case 'sent':
      return {
        title: 'Everyone here has everything',
        text: 'Others can still join by the link, as long as someone with the files stays.',
      };
    case 'stopped':
      return {
        title: 'Stopped',
        text: 'Nothing is sent or received. What is here stays stored until you delete it.',
      };
    case 'ended':
      return endedText(room, detail.why);
    case 'error':
      return errorTexts[room.error ?? 'internal'];
  }
}

const here = (others: number): string =>
  others === 1 ? 'One other person is here.' : `${counted(others, 'other')} are here.`;

function receiving({ peers }: RoomSnapshot): string {
  const from = peers.filter(({ rateIn }) => rateIn > 0);
  if (from.length === 0) return `Asking the others for data. ${keepsGoing}`;
  const relayed = from.filter(({ path }) => path === 'relayed').length;
  return `From ${counted(from.length, 'browser')}, ${route(from.length, relayed)}, checked and encrypted on the way.`;
}

function sending({ peers }: RoomSnapshot): string {
  const to = peers.filter(({ rateOut }) => rateOut > 0);
  if (to.length === 0) return `${here(peers.length)} ${keepsGoing}`;
  const relayed = to.filter(({ path }) => path === 'relayed').length;
  return `To ${counted(to.length, 'browser')}, ${route(to.length, relayed)}.`;
}

function route(all: number, relayed: number): string {
  if (relayed === 0) return 'directly';
  return relayed === all ? 'through a relay' : `${relayed} of them through a relay`;
}

function missing({ chunks, lostPeers }: Extract<StateDetail, { kind: 'missing' }>): string {
  const parts = `${counted(chunks, 'part')} ${chunks === 1 ? 'is' : 'are'} missing`;
  if (lostPeers === 0) return `${parts}: no one here has ${chunks === 1 ? 'it' : 'them'} yet. ${keepsGoing}`;
  const left =
    lostPeers === 1 ? 'the person who had' : `the ${counted(lostPeers, 'person', 'people')} who had`;
  return `${parts}: ${left} ${chunks === 1 ? 'it' : 'them'} left. It goes on by itself when one of them comes back.`;
}
