/** How wide an element is, in CSS pixels, followed; 0 before it is laid out. For what must know it to draw itself. */
import { useCallback, useState } from 'react';

export function useWidth(): readonly [
  width: number,
  ref: (element: HTMLElement | null) => (() => void) | undefined,
] {
  const [width, setWidth] = useState(0);
  const ref = useCallback((element: HTMLElement | null) => {
    if (!element) return undefined;
    const observer = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [width, ref];
}
