/**
 * One plain sentence for every error a person can meet: what happened and what to do next. Total by type: a new ShoalErrorCode does not
 * compile until it has its words here. Raw exception text is never shown; whatever has no code becomes 'internal'.
 */
import type { ShoalErrorCode } from '../../lib/index';

export interface ErrorText {
  readonly title: string;
  readonly text: string;
}

export const errorTexts: Record<ShoalErrorCode, ErrorText> = {
  'insecure-context': {
    title: 'This address is not secure',
    text: 'Browsers allow encryption and saving only on secure pages. Open Shoal by an address that starts with https://.',
  },
  'browser-unsupported': {
    title: 'This browser cannot run Shoal',
    text: 'Something Shoal needs is missing or switched off here. Open the same link in a current Chrome, Edge, Firefox or Safari.',
  },
  'storage-unavailable': {
    title: 'The browser gives no storage',
    text: 'Shoal keeps received data in the browser’s storage, and this browser refuses it. Leave private browsing or allow site data, then reload.',
  },
  'storage-blocked': {
    title: 'The browser’s storage is busy',
    text: 'Another tab of this site holds on to it. Close the other tabs of Shoal, then reload this page; nothing that is stored gets lost.',
  },
  'storage-newer': {
    title: 'This page is older than what it stored',
    text: 'A newer Shoal was used in this browser. Reload the page to get it; if that does not help, close all tabs of Shoal first.',
  },
  'storage-broken': {
    title: 'The browser cannot open its storage',
    text: 'Restart the browser, and see that the disk is not full. If that does not help, clear this site’s data in the browser’s settings and open your links again: what others hold comes back.',
  },
  'link-malformed': {
    title: 'This is not a Shoal link',
    text: 'The address does not hold a key that opens a share. Ask for the link again and paste all of it.',
  },
  'link-cut': {
    title: 'The end of this link is missing',
    text: 'A part after the # was lost on the way, as mail and chat programs sometimes do. Ask for the link again and copy it whole.',
  },
  'link-version': {
    title: 'This link is from a newer Shoal',
    text: 'This page is older than the link. Reload to get the current version; if that does not help, open the link where it was made.',
  },
  'passphrase-wrong': {
    title: 'The passphrase does not fit',
    text: 'The share did not open with it. Check upper and lower case, or ask the sender for it again.',
  },
  'room-open-elsewhere': {
    title: 'This share is open in another tab',
    text: 'Only one tab of this browser can run a share. Go to the other tab, or close it and try again.',
  },
  'room-unknown': {
    title: 'This share is no longer here',
    text: 'This browser has deleted it. Open its link again to get it back from the others.',
  },
  'server-unreachable': {
    title: 'The server does not answer',
    text: 'Without it, new people cannot be found; transfers that run go on. Check your connection; Shoal keeps trying by itself.',
  },
  'server-refused': {
    title: 'The server turned this page away',
    text: 'It did not accept this browser’s request. Reload the page; if it happens again, tell whoever runs this server.',
  },
  'server-busy': {
    title: 'The server is busy',
    text: 'Too many requests came at once. Wait a minute; Shoal tries again by itself.',
  },
  'room-full': {
    title: 'This share is full',
    text: 'As many people as the server allows are here already. Try again when some have left.',
  },
  'nothing-to-share': {
    title: 'There was nothing to share',
    text: 'No file was found in what you chose. Empty folders cannot be sent; pick at least one file.',
  },
  'too-many-files': {
    title: 'Too many files at once',
    text: 'One share cannot hold this many files. Pack them into an archive, or share them in several parts.',
  },
  'share-too-large': {
    title: 'Too large for one share',
    text: 'The files together are larger than one share can be. Split them over several shares.',
  },
  'file-unreadable': {
    title: 'A file could not be read',
    text: 'It may have been moved, or this browser may not open it. Check that it opens on this device, then choose the files again.',
  },
  'handed-lost': {
    title: 'The shared files did not arrive',
    text: 'The other app’s hand-over was interrupted. Share the files with Shoal once more, or choose them here.',
  },
  'file-changed': {
    title: 'A file changed while it was shared',
    text: 'What others already have no longer fits what is on your disk. Share the changed files anew, or choose the original ones again.',
  },
  'files-differ': {
    title: 'These are not the same files',
    text: 'Names, sizes or contents differ from what you shared. Choose the original files or the original folder.',
  },
  'files-needed': {
    title: 'The files must be chosen again',
    text: 'The browser forgot them when the page was reloaded. Choose the same files again and the share goes on.',
  },
  'adding-not-allowed': {
    title: 'You cannot add files here',
    text: 'Only the person who made this share may add files. Ask them to allow it, or start a share of your own.',
  },
  'quota-exceeded': {
    title: 'There is not enough space',
    text: 'The browser has no room left for these files. Choose fewer files, delete old shares, or free space on the disk.',
  },
  'store-failed': {
    title: 'Data could not be stored',
    text: 'The browser failed to write to its storage. Check that the disk is not full, then reload; nothing that is stored gets lost.',
  },
  'publisher-lies': {
    title: 'This share contradicts itself',
    text: 'Its sender has signed two different contents for the same place, so Shoal stopped. Ask the sender to share the files anew.',
  },
  'chunk-damaged': {
    title: 'A part of the files is damaged here',
    text: 'What is stored no longer fits its checksum, or is gone. Shoal fetches that part from the others again, and saves the files when it is here.',
  },
  'save-failed': {
    title: 'The files could not be saved',
    text: 'They are all here, but the browser did not finish writing them, and what it left on the disk may be incomplete. Check the free space, then save again.',
  },
  'save-cancelled': {
    title: 'Nothing was saved',
    text: 'You broke it off. The files are still kept here; save them whenever you like.',
  },
  'save-broken-off': {
    title: 'The browser’s download broke off',
    text: 'You or the browser ended it, as a full disk does. A file it left in your downloads is not whole: delete it. All is still kept here; free some space if need be, then save again.',
  },
  'save-disk-full': {
    title: 'The disk is full',
    text: 'The file that did not fit was taken away again; those before it stay. All is still kept here: free some space, or save to another disk.',
  },
  'save-permission': {
    title: 'The browser does not let Shoal write there',
    text: 'Its permission for this file or folder is missing or was withdrawn. All is still kept here: save again and allow it, or choose another place.',
  },
  'save-locked': {
    title: 'A file there cannot be written',
    text: 'It is write-protected, or another program has it open. All is still kept here: close that program or choose another place, then save again.',
  },
  'save-folder-gone': {
    title: 'The chosen place is gone',
    text: 'The file or folder was deleted, renamed, or its disk was taken out. All is still kept here: save again and choose another place.',
  },
  'save-blocked': {
    title: 'The browser refused a file',
    text: 'Its own protection took this kind of file for dangerous. All is still kept here: save through the browser’s downloads, where you can allow it.',
  },
  'save-too-large': {
    title: 'Too much to save at once here',
    text: 'This browser gives Shoal no way to write large files, as in some private windows. All is still kept here: open the link in a normal window, or take fewer files.',
  },
  'nothing-chosen': {
    title: 'No file is chosen',
    text: 'Tick at least one file in the list, then try again.',
  },
  'watch-failed': {
    title: 'This file cannot be shown here',
    text: 'This browser cannot play or show it in the page. Download it and open it with a program on your device.',
  },
  internal: {
    title: 'Something went wrong in Shoal',
    text: 'That is a fault of ours, not yours. Reload the page: what is stored stays, and transfers go on where they stopped.',
  },
};

const isErrorCode = (code: unknown): code is ShoalErrorCode =>
  typeof code === 'string' && Object.hasOwn(errorTexts, code);

/** The code of whatever was thrown; 'internal' when it carries none. By shape, since the engine's class is loaded later than this. */
export function codeOf(error: unknown): ShoalErrorCode {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return isErrorCode(code) ? code : 'internal';
}

/** What an error carries for the diagnostics: never shown as it is. */
export const detailOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'detail' in error && typeof error.detail === 'string'
    ? error.detail
    : '';
