/**
 * NearbyClient over socket.io-client, in the page: a connection of its own, only while the person lets themselves be found. PROTOCOL.md §2 (NB).
 * Every payload and acknowledgement is checked. Leaves out who is told what (room/nearby) and rooms (socket-tracker.ts).
 */
import { io, type Socket } from 'socket.io-client';
import * as v from 'valibot';
import type { Clock, NearbyClient, NearbyHandlers } from '../ports';
import {
  acks,
  serverEvents,
  type AckOf,
  type ClientEvent,
  type ClientPayload,
  type ServerEvent,
  type ServerPayload,
} from '../wire/signaling';
import * as packets from '../wire/socket-packets';

export interface SocketNearbyOptions {
  readonly url: string;
  readonly clock: Clock;
  /** Node only: programs other than browsers say here which Origin they come from. */
  readonly extraHeaders?: Readonly<Record<string, string>>;
}

/** As socket-tracker.ts, where their origin stands. */
const timing = {
  reconnectMs: 500,
  longestReconnectMs: 30_000,
  connectMs: 10_000,
  ackMs: 5_000,
  retryMs: 5_000,
} as const;

export const createSocketNearby = (options: SocketNearbyOptions): NearbyClient => {
  let stay: Stay | undefined;
  return {
    join(publicKey, handlers) {
      stay?.end();
      stay = new Stay(options, publicKey.slice(), handlers);
    },
    send: async (to, session, sealed) => (await stay?.ask('parcel', { to, session, sealed }))?.ok === true,
    leave() {
      stay?.end();
      stay = undefined;
    },
  };
};

/** From one join to its leave, over as many connections as it takes. */
class Stay {
  private readonly socket: Socket;
  private over = false;
  /** Taken out by somebody with the same key: a new connection does not bring it back. */
  private replaced = false;
  private cancelRetry: (() => void) | undefined;

  constructor(
    private readonly options: SocketNearbyOptions,
    private readonly publicKey: Uint8Array,
    private readonly handlers: NearbyHandlers,
  ) {
    this.socket = io(options.url, {
      path: '/socket.io/',
      transports: ['websocket'],
      parser: packets,
      forceNew: true,
      timeout: timing.connectMs,
      reconnectionDelay: timing.reconnectMs,
      reconnectionDelayMax: timing.longestReconnectMs,
      randomizationFactor: 0.5,
      ...(options.extraHeaders ? { extraHeaders: { ...options.extraHeaders } } : {}),
    });
    this.listen('challenge', () => void this.enter());
    this.listen('neighbourCame', ({ neighbour, publicKey: key }) =>
      handlers.came({ id: neighbour, publicKey: key }),
    );
    this.listen('neighbourLeft', ({ neighbour }) => handlers.left(neighbour));
    this.listen('parcel', ({ from, session, sealed }) => handlers.parcel(from, session, sealed));
    this.listen('nearbyReplaced', () => {
      this.replaced = true;
      handlers.replaced();
    });
    this.listen('goingAway', ({ withinMs }) => {
      this.socket.disconnect();
      handlers.offline();
      this.again(withinMs);
    });
    this.socket.on('disconnect', (reason) => {
      if (this.over) return;
      handlers.offline();
      // socket.io-client takes an end by the server for final; for us it is a restart or a limit.
      if (reason === 'io server disconnect') this.again(timing.retryMs);
    });
    this.socket.on('connect_error', () => {
      if (!this.over) handlers.offline();
    });
  }

  async ask<Name extends ClientEvent>(
    event: Name,
    payload: ClientPayload<Name>,
  ): Promise<AckOf<Name> | undefined> {
    if (!this.socket.connected) return undefined;
    try {
      const answer: unknown = await this.socket.timeout(timing.ackMs).emitWithAck(event, payload);
      const parsed = v.safeParse(acks[event], answer);
      return parsed.success ? parsed.output : undefined;
    } catch {
      return undefined;
    }
  }

  end(): void {
    this.over = true;
    this.cancelRetry?.();
    this.socket.disconnect();
  }

  private async enter(): Promise<void> {
    if (this.over || this.replaced) return;
    const answer = await this.ask('nearby', { publicKey: this.publicKey });
    if (this.isOver() || !answer) return;
    if (answer.ok) {
      this.handlers.joined(
        answer.neighbours.map(({ neighbour, publicKey }) => ({ id: neighbour, publicKey })),
      );
      return;
    }
    this.handlers.refused(answer.code);
    if (answer.code === 'nearby-off' || answer.code === 'malformed') return;
    this.after(Math.max(timing.retryMs, answer.retryMs ?? 0), () => void this.enter());
  }

  /** Asked anew after an await, in which it may have changed. */
  private isOver(): boolean {
    return this.over;
  }

  private again(withinMs: number): void {
    this.after(withinMs, () => this.socket.connect());
  }

  private after(ms: number, run: () => void): void {
    const { clock } = this.options;
    this.cancelRetry?.();
    this.cancelRetry = clock.at(clock.now() + ms, () => {
      if (!this.over) run();
    });
  }

  /** Events that are not what they should be are dropped. */
  private listen<Name extends ServerEvent>(
    event: Name,
    handle: (payload: ServerPayload<Name>) => void,
  ): void {
    this.socket.on<string>(event, (payload: unknown) => {
      const parsed = v.safeParse(serverEvents[event], payload);
      if (parsed.success && !this.over) handle(parsed.output);
    });
  }
}
