/** A value that changes at most once in a while, for what is spoken: a screen reader cannot take back a sentence. */
import { useEffect, useRef, useState } from 'react';

/** Between two numbers that are spoken: as long as it takes to say one (guess). */
export const spokenMs = 1500;

/** The newest `value`, shown at once when none was shown in the last `everyMs` milliseconds, else when that time is over. */
export function useCalm<Value>(value: Value, everyMs: number): Value {
  const [shown, setShown] = useState(value);
  const shownAt = useRef(-Infinity);
  useEffect(() => {
    if (Object.is(value, shown)) return;
    const wait = Math.max(0, shownAt.current + everyMs - performance.now());
    const timer = setTimeout(() => {
      shownAt.current = performance.now();
      setShown(value);
    }, wait);
    return () => {
      clearTimeout(timer);
    };
  }, [value, shown, everyMs]);
  return shown;
}
