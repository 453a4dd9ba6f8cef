/** What an app at home on a device does beside its pages: it opens without a network, takes what other apps hand over, says when it is done. */
import { isShowRoom } from '../_pages-worker/messages';
import { keepPages } from './kept-pages';
import { takeLaunched } from './launched';
import { goToRoom } from './manager';

let telling = false;

export function settleIn(): void {
  takeLaunched();
  void keepPages();
  followNotifications();
  // Who never looks away needs none of it.
  const tell = (): void => {
    if (telling || document.visibilityState !== 'hidden') return;
    telling = true;
    void import('./tell-hidden')
      .then(({ tellWhileHidden }) => tellWhileHidden())
      .catch(() => (telling = false));
  };
  document.addEventListener('visibilitychange', tell);
  tell();
}

/** A click on a notification brought this tab to the front, whichever room it shows. */
function followNotifications(): void {
  if (!('serviceWorker' in navigator)) return;
  navigator.serviceWorker.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
    if (isShowRoom(data) && data.address !== location.pathname + location.hash)
      goToRoom({ link: data.address });
  });
}
