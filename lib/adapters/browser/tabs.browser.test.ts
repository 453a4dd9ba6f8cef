import { describe, expect, it } from 'vitest';
import { createBroadcast, createLocks } from './tabs';

const name = (): string => `test-${crypto.randomUUID()}`;

describe('locks on Web Locks', () => {
  it('[RM56] one holder at a time; free again as soon as the release resolved', async () => {
    const locks = createLocks(navigator.locks);
    const lock = name();
    const release = await locks.tryAcquire(lock);
    expect(release).toBeDefined();
    expect(await locks.tryAcquire(lock)).toBeUndefined();
    await release?.();
    const again = await locks.tryAcquire(lock);
    expect(again).toBeDefined();
    await again?.();
  });

  it('[RM56] those who wait get it in turn; who gives up leaves the queue', async () => {
    const locks = createLocks(navigator.locks);
    const lock = name();
    const release = await locks.tryAcquire(lock);
    const [impatient, patient] = [new AbortController(), new AbortController()];
    const gaveUp = locks.acquire(lock, impatient.signal);
    const waited = locks.acquire(lock, patient.signal);
    impatient.abort();
    expect(await gaveUp).toBeUndefined();
    await release?.();
    const held = await waited;
    expect(held).toBeDefined();
    patient.abort(); // too late to matter
    expect(await locks.tryAcquire(lock)).toBeUndefined();
    await held?.();
  });

  it('[RM56] a worker that dies frees what it holds', async () => {
    const locks = createLocks(navigator.locks);
    const lock = name();
    const source = `navigator.locks.request(${JSON.stringify(lock)}, () => { postMessage('held'); return new Promise(() => {}); })`;
    const worker = new Worker(URL.createObjectURL(new Blob([source])));
    await new Promise((resolve) => (worker.onmessage = resolve));
    expect(await locks.tryAcquire(lock)).toBeUndefined();
    const waited = locks.acquire(lock, new AbortController().signal);
    worker.terminate();
    const held = await waited;
    expect(held).toBeDefined();
    await held?.();
  });
});

describe('broadcast', () => {
  it('[RM56] reaches every other port of the name, and not the sender', async () => {
    const channel = name();
    const heard: string[] = [];
    const tabs = createBroadcast();
    const sender = tabs.open(channel, () => heard.push('sender'));
    const stranger = tabs.open(name(), () => heard.push('stranger'));
    const arrived = new Promise<unknown>((resolve) => {
      tabs.open(channel, resolve);
    });
    const file = new File(['hello'], 'a.txt');
    sender.post({ file });
    const message = (await arrived) as { file: File };
    expect(message.file.name).toBe('a.txt');
    expect(await message.file.text()).toBe('hello');
    expect(heard).toEqual([]);
    sender.close();
    stranger.close();
  });
});
