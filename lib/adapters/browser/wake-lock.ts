/**
 * Keeps a phone's screen on while bytes move: a phone that locks suspends the page within seconds and ends its connections (pitfalls 3.9,
 * 3.10). Desktops go on in the background, so nothing is asked of them. The platform drops the lock when the page is hidden; it is asked for
 * again when the page is seen. Refusals (battery saver) change nothing: the transfer resumes later.
 */
export interface WakeLock {
  /** Cheap to call with the same value again. */
  want(wanted: boolean): void;
}

export function createWakeLock(): WakeLock {
  const locks: globalThis.WakeLock | undefined = (navigator as Partial<Navigator>).wakeLock;
  // No hover and a coarse pointer: phones and tablets.
  if (!locks || !matchMedia('(hover: none) and (pointer: coarse)').matches) return { want: () => undefined };
  let wanted = false;
  let held: WakeLockSentinel | undefined;
  let asking = false;

  const settle = async (): Promise<void> => {
    if (asking) return;
    asking = true;
    try {
      if (!wanted) await held?.release();
      else if ((!held || held.released) && document.visibilityState === 'visible')
        held = await locks.request('screen');
    } catch {
      // Refused now; asked again when the page is seen next.
    } finally {
      asking = false;
    }
  };
  // Twice: the wish may have changed while the platform answered.
  const follow = (): void => void settle().then(settle);
  document.addEventListener('visibilitychange', follow);
  return {
    want(value) {
      if (value === wanted) return;
      wanted = value;
      follow();
    },
  };
}
