/** Whether what is dragged was taken from this page: browsers offer a picture of a page as a file too, and one that falls back is not sent. */
let own = false;

export const isOwnDrag = (): boolean => own;

/** `from`: the page's document, or that of a frame in it, whose drags the page is not told of. */
export function followDrags(from: Document, signal: AbortSignal): void {
  from.addEventListener('dragstart', () => (own = true), { signal });
  const over = (): void => void (own = false);
  from.addEventListener('dragend', over, { signal });
  signal.addEventListener('abort', over); // a frame that is gone tells of no end
}
