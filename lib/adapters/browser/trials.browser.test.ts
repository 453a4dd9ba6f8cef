import { describe, expect, it } from 'vitest';
import { createTrials } from './trials';

const trials = createTrials(location.origin);
const signal = (): AbortSignal => new AbortController().signal;

describe('trials of the platform, in a real browser', () => {
  it('[DG8] finds what this browser has', async () => {
    expect(trials.isSecure()).toBe(true);
    expect(await trials.features(signal())).toEqual({
      ...{ webrtc: true, storage: true, serviceWorker: true, worker: true, locks: true, ed25519: true },
    });
  });

  it('[DG8] connects two connections of the page', async () => {
    const { connected, candidates } = await trials.loopback(5_000, signal());
    expect(connected).toBe(true);
    expect(candidates).toBeGreaterThan(0);
  });

  it('[DG8] gathers host candidates and ends by itself where no server is named', async () => {
    const found = await trials.gather({ servers: [], policy: 'all' }, 'reflexive', 5_000, signal());
    expect(found).toMatchObject({ reflexive: 0, relay: 0, complete: true, errors: [] });
    expect(found.host).toBeGreaterThan(0);
  });

  it('[DG8] a TURN server that is not there brings no relay candidate, and time ends the wait', async () => {
    const servers = [{ urls: ['turn:127.0.0.1:9?transport=udp'], username: 'a', credential: 'b' }];
    const found = await trials.gather({ servers, policy: 'relay' }, 'relay', 700, signal());
    expect(found).toMatchObject({ relay: 0, reflexive: 0, complete: false });
  });

  it('[DG8] an address the browser does not take is an outcome, not an exception', async () => {
    const found = await trials.gather(
      { servers: [{ urls: ['stun:'] }], policy: 'all' },
      'reflexive',
      500,
      signal(),
    );
    expect(found).toMatchObject({ host: 0, complete: false });
  });

  it('[DG8] writes to storage, reads it back, and leaves no database behind', async () => {
    expect(await trials.storage(signal())).toMatchObject({ written: true });
    await expect
      .poll(async () => (await indexedDB.databases()).some(({ name }) => name === 'trial-of-storage'))
      .toBe(false);
  });

  it('[DG8] something else than the server is odd, and nobody at all is silent', async () => {
    // The test page's own server answers /healthz with a page.
    expect(await trials.health(signal())).toBe('odd');
    expect(await createTrials('http://127.0.0.1:9').health(signal())).toBe('silent');
  });

  it('[DG8] a server that is away is no connection', async () => {
    expect(await createTrials('http://127.0.0.1:9').join(signal())).toEqual({ outcome: 'unconnected' });
  });

  it('[DG4] broken off, they reject and let go', async () => {
    const stop = new AbortController();
    const running = trials.gather(
      { servers: [{ urls: ['stun:127.0.0.1:9'] }], policy: 'all' },
      ...(['relay', 60_000, stop.signal] as const),
    );
    stop.abort();
    await expect(running).rejects.toThrow();
    await expect(trials.loopback(5_000, stop.signal)).rejects.toThrow();
  });
});
