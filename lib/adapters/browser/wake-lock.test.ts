/** Rule [UI133] at its edges: the platform is a stand-in that answers when it is told to. */
import { afterEach, expect, it, vi } from 'vitest';
import { createWakeLock } from './wake-lock';

afterEach(() => vi.unstubAllGlobals());

it('[UI133] a screen asked for as the page is seen again goes off when nothing moves any more by the time it is given', async () => {
  let seen = (): void => undefined;
  const page = {
    visibilityState: 'hidden',
    addEventListener: (_: string, listener: () => void) => (seen = listener),
  };
  const held = {
    released: false,
    release: vi.fn(() => Promise.resolve(void (held.released = true))),
  };
  let give = (): void => undefined;
  const request = vi.fn(() => new Promise((resolve) => (give = () => resolve(held))));
  vi.stubGlobal('document', page);
  vi.stubGlobal('navigator', { wakeLock: { request } });
  vi.stubGlobal('matchMedia', () => ({ matches: true }));
  const lock = createWakeLock();
  lock.want(true);
  expect(request).not.toHaveBeenCalled();
  page.visibilityState = 'visible';
  await vi.waitFor(() => {
    seen();
    expect(request).toHaveBeenCalledOnce();
  });
  lock.want(false);
  give();
  await vi.waitFor(() => expect(held.released).toBe(true));
});
