/** What every NearbyClient must do. Registers vitest tests; run on the memory circle and on socket.io against the real server. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { NeighbourId, SessionId } from '../../base/ids';
import type { RefusalCode } from '../../wire/signaling';
import type { NearbyClient, NearbyHandlers, Neighbour } from '../../ports';

export interface NearbyWorld {
  client(): NearbyClient;
  close(): Promise<void> | undefined;
}

export const keyOf = (n: number): Uint8Array => Uint8Array.from({ length: 32 }, (_, i) => (i === 0 ? n : 9));
const session = 'AAAAAAAAAAAAAAAAAAAAAA' as SessionId;
const soon = <Value>(check: () => Value): Promise<Value> =>
  vi.waitFor(check, { timeout: 20_000, interval: 5 });

/** Remembers what it was told. */
export class NearbyRecorder implements NearbyHandlers {
  people = new Map<NeighbourId, Neighbour>();
  joins = 0;
  isReplaced = false;
  refusals: RefusalCode[] = [];
  parcels: { from: NeighbourId; sealed: Uint8Array }[] = [];
  joined(neighbours: readonly Neighbour[]): void {
    this.joins += 1;
    this.people = new Map(neighbours.map((one) => [one.id, one]));
  }
  came(neighbour: Neighbour): void {
    this.people.set(neighbour.id, neighbour);
  }
  left(neighbour: NeighbourId): void {
    this.people.delete(neighbour);
  }
  parcel(from: NeighbourId, _session: SessionId, sealed: Uint8Array): void {
    this.parcels.push({ from, sealed });
  }
  refused(code: RefusalCode): void {
    this.refusals.push(code);
  }
  replaced(): void {
    this.isReplaced = true;
  }
  offline(): void {
    this.people.clear();
  }
  find(key: Uint8Array): NeighbourId | undefined {
    return [...this.people.values()].find((one) => one.publicKey.every((byte, i) => byte === key[i]))?.id;
  }
  /** Of somebody who is there. */
  idOf(key: Uint8Array): NeighbourId {
    const id = this.find(key);
    if (id === undefined) throw new Error('nobody with this key is there');
    return id;
  }
}

export function nearbyContract(name: string, create: () => Promise<NearbyWorld>): void {
  describe(`NearbyClient: ${name}`, () => {
    let world: NearbyWorld | undefined;
    const clients: NearbyClient[] = [];
    afterEach(async () => {
      for (const client of clients.splice(0)) client.leave();
      await world?.close();
      world = undefined;
    });
    async function enter(n: number): Promise<{ client: NearbyClient; told: NearbyRecorder }> {
      world ??= await create();
      const client = world.client();
      clients.push(client);
      const told = new NearbyRecorder();
      client.join(keyOf(n), told);
      await soon(() => expect(told.joins + told.refusals.length).toBeGreaterThan(0));
      return { client, told };
    }

    it('[NB1] shows people of one network to each other by their keys, and each who comes', async () => {
      const a = await enter(1);
      const b = await enter(2);
      const c = await enter(3);
      await soon(() => expect(a.told.people.size).toBe(2));
      await soon(() => expect(b.told.find(keyOf(3))).toBeDefined());
      expect(c.told.find(keyOf(1))).toBeDefined();
      expect(c.told.find(keyOf(3))).toBeUndefined();
    });

    it('[NB2] who leaves is gone for everybody, and hears nothing more', async () => {
      const [a, b] = [await enter(1), await enter(2)];
      await soon(() => expect(a.told.people.size).toBe(1));
      const gone = a.told.idOf(keyOf(2));
      b.client.leave();
      await soon(() => expect(a.told.people.size).toBe(0));
      expect(await a.client.send(gone, session, Uint8Array.of(1))).toBe(false);
      expect(await b.client.send(gone, session, Uint8Array.of(1))).toBe(false);
      expect(b.told.parcels).toEqual([]);
    });

    it('[NB3] carries parcels in order to the one named, from the one who sent them', async () => {
      const [a, b, c] = [await enter(1), await enter(2), await enter(3)];
      await soon(() => expect(a.told.people.size).toBe(2));
      const sent = [1, 2, 3].map((n) => a.client.send(a.told.idOf(keyOf(2)), session, Uint8Array.of(n)));
      expect(await Promise.all(sent)).toEqual([true, true, true]);
      await soon(() => expect(b.told.parcels).toHaveLength(3));
      expect(b.told.parcels.map(({ sealed }) => [...sealed])).toEqual([[1], [2], [3]]);
      expect(b.told.parcels.every(({ from }) => from === b.told.find(keyOf(1)))).toBe(true);
      expect(c.told.parcels).toEqual([]);
    });

    it('[NB4] who shows the same key takes the place, and the one before is told and stays out', async () => {
      const [a, b] = [await enter(1), await enter(2)];
      await enter(2);
      await soon(() => expect(b.told.isReplaced).toBe(true));
      await soon(() => expect(a.told.people.size).toBe(1));
      expect(await b.client.send(a.told.idOf(keyOf(2)), session, Uint8Array.of(1))).toBe(false);
    });
  });
}
