/**
 * The address bar, written and watched past Next's router. Rooms change without it (they are one page), and it would take part in each change: it
 * replaces `history.pushState` and `replaceState` by its own, renders, and writes the address anew when that is done, whatever stands there by then.
 * A link opened in between was taken back, and the room before it shown. PROTOCOL.md UI177.
 */

/** A new entry of the history; none for the address that stands there, from which "back" would lead nowhere. */
export function pushAddress(to: string): void {
  if (to === location.pathname + location.search + location.hash) return;
  History.prototype.pushState.call(history, null, '', to);
}

/** The same entry under another address. */
export const replaceAddress = (to: string): void =>
  History.prototype.replaceState.call(history, null, '', to);

/** Calls whenever the address was changed by anything but the two above: back, forward, a link typed or clicked. Never ends. */
export function watchAddress(changed: () => void): void {
  const take = (event: Event): void => {
    event.stopImmediatePropagation();
    changed();
  };
  // Capturing, so that it comes before listeners that were there earlier.
  addEventListener('popstate', take, { capture: true });
  addEventListener('hashchange', take, { capture: true });
}
