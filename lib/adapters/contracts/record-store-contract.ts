/** What every RecordStore must do. Registers vitest tests on stores made by `open`: each call one more handle on the same disk. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { RecordStore } from '../../ports';

export interface RecordStoreHarness {
  open(): RecordStore;
}

export function recordStoreContract(name: string, harness: RecordStoreHarness): void {
  describe(`RecordStore: ${name}`, () => {
    let store: RecordStore;
    beforeEach(async () => {
      store = harness.open();
      for (const collection of ['rooms', 'shares', 'tickets'] as const)
        await store.remove(
          collection,
          (await store.list(collection)).map(([key]) => key),
        );
    });

    it('[ST14] gives back what was put, structure included, and undefined for what was not', async () => {
      const value = { bits: new Uint8Array([1, 2, 3]), at: new Date(5), nested: [{ a: null }] };
      await store.put('rooms', [['one', value]]);
      expect(await store.get('rooms', 'one')).toEqual(value);
      expect(await store.get('rooms', 'two')).toBeUndefined();
      await store.put('rooms', [['one', 'new']]);
      expect(await store.get('rooms', 'one')).toBe('new');
    });

    it('[ST15] keeps collections apart', async () => {
      await store.put('rooms', [['same', 1]]);
      await store.put('shares', [['same', 2]]);
      await store.remove('rooms', ['same', 'never']);
      expect(await store.get('rooms', 'same')).toBeUndefined();
      expect(await store.get('shares', 'same')).toBe(2);
    });

    it('[ST16] lists by prefix in ascending order of code units', async () => {
      const keys = ['b', 'a/2', 'a/10', 'a', 'a/', 'a0', 'A/1', 'a/\uffff', 'a/\ud83d\ude00', 'ä/1', 'a.'];
      await store.put(
        'shares',
        keys.map((key) => [key, `of ${key}`]),
      );
      const inOrder = (chosen: string[]): [string, unknown][] =>
        chosen.sort((a, b) => (a < b ? -1 : 1)).map((key) => [key, `of ${key}`]);
      expect(await store.list('shares')).toEqual(inOrder([...keys]));
      expect(await store.list('shares', '')).toEqual(inOrder([...keys]));
      expect(await store.list('shares', 'a/')).toEqual(inOrder(keys.filter((key) => key.startsWith('a/'))));
      expect(await store.list('shares', 'a/\uffff')).toEqual([['a/\uffff', 'of a/\uffff']]);
      expect(await store.list('shares', 'zz')).toEqual([]);
      expect(await store.list('tickets', 'a')).toEqual([]);
    });

    it('[ST17] hands out copies: changing one changes nothing kept', async () => {
      const value = { list: [1] };
      await store.put('rooms', [['one', value]]);
      value.list.push(2);
      ((await store.get('rooms', 'one')) as typeof value).list.push(3);
      expect(await store.get('rooms', 'one')).toEqual({ list: [1] });
    });

    it('[ST18] puts all entries or none', async () => {
      const entries: [string, unknown][] = [
        ['good', 1],
        ['bad', () => undefined],
      ];
      await expect(store.put('rooms', entries)).rejects.toMatchObject({ code: 'store-failed' });
      expect(await store.list('rooms')).toEqual([]);
      await store.put('rooms', [['good', 2]]);
      expect(await store.list('rooms')).toEqual([['good', 2]]);
    });

    it('[ST19] shows one handle what another wrote', async () => {
      const second = harness.open();
      await store.put('tickets', [['one', 1]]);
      expect(await second.get('tickets', 'one')).toBe(1);
      await second.remove('tickets', ['one']);
      expect(await store.get('tickets', 'one')).toBeUndefined();
    });

    it('[ST27] gives back what was put to last through a power cut', async () => {
      await store.put('shares', [['kept', { a: 1 }]], { durable: true });
      await store.put('shares', [['kept', { a: 2 }]]);
      expect(await harness.open().get('shares', 'kept')).toEqual({ a: 2 });
    });

    it('[ST20] stores keys that nobody can read back, still usable after', async () => {
      const key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, [
        'encrypt',
        'decrypt',
      ]);
      const pair = await crypto.subtle.generateKey('Ed25519', false, ['sign', 'verify']);
      await store.put('rooms', [['keys', { key, privateKey: pair.privateKey }]]);
      const kept = (await store.get('rooms', 'keys')) as { key: CryptoKey; privateKey: CryptoKey };
      expect(kept.key.extractable).toBe(false);
      const parameters = { name: 'AES-GCM', iv: new Uint8Array(12) };
      const sealed = await crypto.subtle.encrypt(parameters, kept.key, new Uint8Array([1, 2, 3]));
      expect(new Uint8Array(await crypto.subtle.decrypt(parameters, key, sealed))).toEqual(
        new Uint8Array([1, 2, 3]),
      );
      const signature = await crypto.subtle.sign('Ed25519', kept.privateKey, new Uint8Array([4]));
      expect(await crypto.subtle.verify('Ed25519', pair.publicKey, signature, new Uint8Array([4]))).toBe(
        true,
      );
    });
  });
}
