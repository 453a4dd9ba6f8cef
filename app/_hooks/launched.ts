/**
 * Files that came with the start of the page: from another app's share sheet through the pages worker, or opened with Shoal in the system's
 * file manager (File Handling API, Chromium, installed). Each becomes a new share. What is handed over into an ordinary tab is asked about
 * first, since any site can send a form there; the installed app has its own window, which only the system opens. PROTOCOL.md UI126, UI127.
 */
import { handedFragment, isHanded, type Handed, type HandedQuestion } from '../_pages-worker/messages';
import { replaceAddress } from './address';
import { collectFiles, textFile } from './collect';
import { fail } from './engine';
import { handlesOfLaunch, isLaunched, type LaunchQueue } from './handles';
import { isAppWindow } from './installing';
import { linkToHere, openPasted } from './manager';
import { takeFiles } from './take-files';
import { pagesWorker } from './kept-pages';
import { update } from './store';

/** Guess: the worker answers from memory; starting it takes a moment. */
const answerMs = 10_000;

/** Call once the page shows where it is. */
export function takeLaunched(): void {
  const { launchQueue } = globalThis as { launchQueue?: LaunchQueue };
  launchQueue?.setConsumer((launch) => {
    if (isLaunched(launch)) openFiles(launch.files);
  });
  if (location.hash.startsWith(handedFragment)) void takeHanded(location.hash.slice(handedFragment.length));
}

function openFiles(files: readonly FileSystemHandle[]): void {
  const { collect, handles } = handlesOfLaunch(files);
  void takeFiles(collect, handles);
}

async function takeHanded(id: string): Promise<void> {
  replaceAddress('/'); // a reload must not ask again for what is given out once
  const handed = id === 'none' ? null : await ask(id);
  if (!handed) {
    fail({ code: 'handed-lost' });
    return;
  }
  if (isAppWindow()) shareHanded(handed);
  else update({ handed });
}

/** A link of ours is opened, anything else shared. */
export function shareHanded({ files, text }: Handed): void {
  update({ handed: null });
  const link = files.length === 0 ? linkToHere(text) : null;
  if (link !== null) openPasted(link);
  else void takeFiles((progress) => collectFiles(text === '' ? files : [...files, textFile(text)], progress));
}

async function ask(id: string): Promise<Handed | null> {
  // The one that answered this page's own request: a newer build's would know nothing of it.
  const worker = navigator.serviceWorker.controller ?? (await pagesWorker())?.active;
  if (!worker) return null;
  const { port1, port2 } = new MessageChannel();
  try {
    const answer = await new Promise<unknown>((resolve) => {
      port1.onmessage = ({ data }) => resolve(data);
      setTimeout(resolve, answerMs, null);
      worker.postMessage({ kind: 'handed', id } satisfies HandedQuestion, [port2]);
    });
    return isHanded(answer) ? answer : null;
  } finally {
    port1.close();
  }
}
