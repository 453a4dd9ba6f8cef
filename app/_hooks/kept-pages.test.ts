import { afterEach, describe, expect, it, vi } from 'vitest';
import { keepPages } from './kept-pages';

/** Without SHOAL_BUILD this is development. */
describe('the worker that keeps pages, in development', () => {
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  it('[UI123] is not registered, and one left over is unregistered, but nobody else’s', async () => {
    const register = vi.fn();
    const unregister = vi.fn(() => Promise.resolve(true));
    for (const scriptURL of ['http://localhost:3000/pages.js', 'http://localhost:3000/other.js']) {
      const found = { active: { scriptURL }, unregister };
      vi.stubGlobal('navigator', {
        serviceWorker: { register, getRegistration: () => Promise.resolve(found) },
      });
      await keepPages();
    }
    expect(unregister).toHaveBeenCalledTimes(1);
    expect(register).not.toHaveBeenCalled();
  });
});
