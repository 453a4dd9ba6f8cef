/**
 * Where a control goes while it has the focus, because its work is done (Download, a deleted row), the focus goes to the part of the page
 * it stood in, instead of to nowhere: WCAG 2.4.3.
 */
import { useEffect, type RefObject } from 'react';

/** `view`: with another one the part may be another element. */
export function useFocusKept(part: RefObject<HTMLElement | null>, view: string): void {
  useEffect(() => {
    const box = part.current;
    if (!box) return undefined;
    const controller = new AbortController();
    let focused: Node | null = null;
    box.addEventListener('focusin', ({ target }) => (focused = target as Node), {
      signal: controller.signal,
    });
    box.addEventListener(
      'focusout',
      ({ target }) =>
        // Left by the person, not taken away: what goes later is not missed.
        queueMicrotask(() => {
          if (focused === target && focused?.isConnected) focused = null;
        }),
      { signal: controller.signal },
    );
    const observer = new MutationObserver(() => {
      if (!focused || focused.isConnected) return;
      focused = null;
      if (document.activeElement === null || document.activeElement === document.body)
        box.focus({ preventScroll: true });
    });
    observer.observe(box, { childList: true, subtree: true });
    return () => {
      controller.abort();
      observer.disconnect();
    };
  }, [part, view]);
}
