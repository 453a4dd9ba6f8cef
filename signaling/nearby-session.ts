/** What one connection is answered about being nearby, and who is told of it. PROTOCOL.md §2 (NB). State: nearby.ts. */
import { randomBytes } from 'node:crypto';
import { toBase64Url } from '../lib/base/bytes';
import { idBytes, type NeighbourId } from '../lib/base/ids';
import type { AckOf, ClientPayload, ServerEvent, ServerPayload } from '../lib/wire/signaling';
import { deliver, enter, exit, type NearbyBook } from './nearby';
import type { ConnectionId } from './tracker';

/** What it needs of a session's host. */
interface NearbyHost {
  readonly nearby: NearbyBook;
  readonly metrics: { relayed(bytes: number): void };
  send<Name extends ServerEvent>(to: ConnectionId, event: Name, payload: ServerPayload<Name>): void;
}

export class NearbySession {
  constructor(
    private readonly host: NearbyHost,
    private readonly who: { readonly connection: ConnectionId; readonly network: string | undefined },
  ) {}

  join({ publicKey }: ClientPayload<'nearby'>): AckOf<'nearby'> {
    const { network, connection } = this.who;
    if (network === undefined) return { ok: false, code: 'nearby-off' };
    this.end();
    const neighbour = toBase64Url(randomBytes(idBytes)) as NeighbourId;
    const entered = enter(this.host.nearby, { network, connection, publicKey, neighbour });
    if (!entered.ok) return { ok: false, code: entered.error };
    const { others, replaced } = entered.value;
    if (replaced) this.host.send(replaced.connection, 'nearbyReplaced', {});
    for (const other of others) {
      if (replaced) this.host.send(other.connection, 'neighbourLeft', { neighbour: replaced.neighbour });
      this.host.send(other.connection, 'neighbourCame', { neighbour, publicKey });
    }
    return {
      ok: true,
      neighbours: others.map((other) => ({ neighbour: other.neighbour, publicKey: other.publicKey })),
    };
  }

  leave(): AckOf<'nearbyLeave'> {
    return this.end() ? { ok: true } : { ok: false, code: 'not-joined' };
  }

  parcel({ to, session, sealed }: ClientPayload<'parcel'>): AckOf<'parcel'> {
    const target = deliver(this.host.nearby, this.who.connection, to);
    if (!target.ok) return { ok: false, code: target.error };
    const { from, connection } = target.value;
    this.host.send(connection, 'parcel', { from, session, sealed });
    this.host.metrics.relayed(sealed.length);
    return { ok: true };
  }

  /** Also when the connection is gone. False: it stood nowhere. */
  end(): boolean {
    const left = exit(this.host.nearby, this.who.connection);
    if (!left) return false;
    for (const { connection } of left.others)
      this.host.send(connection, 'neighbourLeft', { neighbour: left.neighbour });
    return true;
  }
}
