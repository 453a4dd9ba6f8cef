/** People nearby in one process, for tests: one circle, messages in later microtasks, and a carrier that a test can put itself into. */
import { equalBytes, toBase64Url } from '../../base/bytes';
import type { NeighbourId, SessionId } from '../../base/ids';
import type { NearbyClient, NearbyHandlers, Neighbour } from '../../ports';

interface Member extends Neighbour {
  readonly handlers: NearbyHandlers;
}

export class MemoryCircle {
  private readonly members = new Map<NeighbourId, Member>();
  private made = 0;
  /** What a hostile server does with a parcel: hand it on as it is, changed, or not at all (undefined). */
  carry = (_from: Neighbour, _to: Neighbour, sealed: Uint8Array): Uint8Array | undefined => sealed;

  client(): NearbyClient {
    let self: Member | undefined;
    const leave = (): void => {
      if (!self || this.members.get(self.id) !== self) return;
      const { id } = self;
      this.members.delete(id);
      self = undefined;
      for (const other of this.members.values()) queueMicrotask(() => other.handlers.left(id));
    };
    return {
      join: (publicKey, handlers) => {
        leave();
        const member: Member = { id: this.newId(), publicKey: publicKey.slice(), handlers };
        for (const other of [...this.members.values()]) {
          if (!equalBytes(other.publicKey, publicKey)) continue;
          this.members.delete(other.id);
          queueMicrotask(() => other.handlers.replaced());
          for (const rest of this.members.values()) queueMicrotask(() => rest.handlers.left(other.id));
        }
        const others = [...this.members.values()];
        self = member;
        this.members.set(member.id, member);
        queueMicrotask(() => {
          if (self === member)
            handlers.joined(others.map(({ id, publicKey: key }) => ({ id, publicKey: key })));
        });
        for (const other of others)
          queueMicrotask(() => other.handlers.came({ id: member.id, publicKey: member.publicKey }));
      },
      send: async (to, session, sealed) => {
        await Promise.resolve();
        return this.hand(self, to, session, sealed);
      },
      leave,
    };
  }

  private hand(from: Member | undefined, to: NeighbourId, session: SessionId, sealed: Uint8Array): boolean {
    const target = this.members.get(to);
    if (!from || this.members.get(from.id) !== from || !target || target === from) return false;
    const carried = this.carry(from, target, sealed.slice());
    if (carried) queueMicrotask(() => target.handlers.parcel(from.id, session, carried));
    return true;
  }

  private newId(): NeighbourId {
    this.made += 1;
    return toBase64Url(Uint8Array.from({ length: 16 }, (_, i) => (i === 15 ? this.made : 7))) as NeighbourId;
  }
}
