/** What an app at home on a device does beside its pages: it opens without a network, takes what other apps hand over, says when it is done. */
import { keepPages } from './kept-pages';
import { takeLaunched } from './launched';

let telling = false;

export function settleIn(): void {
  takeLaunched();
  void keepPages();
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
