/** Who is nearby now, as the person may see them: by the seed of a name, without those who are blocked. */
import { toBase64Url } from '../base/bytes';
import { idBytes, type NeighbourId } from '../base/ids';
import type { Crypto, Neighbour } from '../ports';
import type { NearbyPerson } from './nearby-api';

export class Neighbours {
  private readonly all = new Map<NeighbourId, Neighbour>();
  private readonly seeds = new Map<NeighbourId, string>();
  private readonly blocked = new Set<string>();

  constructor(private readonly crypto: Crypto) {}

  get(id: NeighbourId): Neighbour | undefined {
    return this.all.get(id);
  }

  /** Seen by the person once `name` has ended. */
  add(neighbour: Neighbour): void {
    this.all.set(neighbour.id, neighbour);
  }

  /** Makes the seed of a name. False: gone meanwhile. */
  async name(neighbour: Neighbour): Promise<boolean> {
    const seed = await this.seedOf(neighbour);
    if (this.all.get(neighbour.id) !== neighbour) return false;
    this.seeds.set(neighbour.id, seed);
    return true;
  }

  remove(id: NeighbourId): void {
    this.all.delete(id);
    this.seeds.delete(id);
  }

  /** Who was blocked stays blocked. */
  clear(): void {
    this.all.clear();
    this.seeds.clear();
  }

  block(seed: string): void {
    this.blocked.add(seed);
  }

  isBlocked(id: NeighbourId): boolean {
    return this.blocked.has(this.seeds.get(id) ?? '');
  }

  person(id: NeighbourId): NearbyPerson | undefined {
    const seed = this.seeds.get(id);
    return seed === undefined ? undefined : { id, seed };
  }

  people(): NearbyPerson[] {
    return [...this.all.keys()].flatMap((id) => (this.isBlocked(id) ? [] : (this.person(id) ?? [])));
  }

  async seedOf({ publicKey }: Pick<Neighbour, 'publicKey'>): Promise<string> {
    return toBase64Url((await this.crypto.sha256(publicKey)).subarray(0, idBytes));
  }
}
