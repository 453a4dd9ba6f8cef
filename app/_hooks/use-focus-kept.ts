/**
 * Where a control goes while it has the focus, because its work is done (Download, a deleted row, an ended share), the focus goes to the part
 * of the page it stood in, instead of to nowhere: WCAG 2.4.3.
 */
import { useEffect, type RefObject } from 'react';

/** `view`: with another one the part may be another element. */
export function useFocusKept(part: RefObject<HTMLElement | null>, view: string): void {
  useEffect(() => {
    const box = part.current;
    if (!box) return undefined;
    const controller = new AbortController();
    const { signal } = controller;
    let inside = false;
    const look = (): void => {
      if (!inside || (document.activeElement !== null && document.activeElement !== document.body)) return;
      inside = false;
      box.focus({ preventScroll: true });
    };
    box.addEventListener('focusin', () => (inside = true), { signal });
    // Whoever presses somewhere else takes the focus away on purpose.
    document.addEventListener('pointerdown', () => (inside = false), { signal, capture: true });
    // Not at once: between two controls the focus is nowhere for a moment.
    const soon = (): void => void setTimeout(look);
    box.addEventListener('focusout', soon, { signal });
    const observer = new MutationObserver(soon);
    observer.observe(box, { childList: true, subtree: true });
    return () => {
      controller.abort();
      observer.disconnect();
    };
  }, [part, view]);
}
