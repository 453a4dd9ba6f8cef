/**
 * TrackerClient over socket.io-client, for a browser worker, a page and Node: one connection for all rooms. PROTOCOL.md §2 (SG).
 * Decides: when to connect, how long to wait before connecting again. Nothing is buffered while offline: a replayed offer is stale
 * (pitfalls 9.5). Every payload and acknowledgement is checked. Leaves out: what each room does with it (tracker-room.ts).
 */
import { io, type Socket } from 'socket.io-client';
import * as v from 'valibot';
import type { RoomId } from '../base/ids';
import type { Clock, Crypto, TrackerClient } from '../ports';
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
import { createClock } from './clock';
import { TrackerRoom, type RoomConnection } from './tracker-room';

export interface SocketTrackerOptions {
  /** `https://host`: where the tracker's socket.io lives under /socket.io/. */
  readonly url: string;
  readonly crypto: Crypto;
  /** Node only: programs other than browsers say here which Origin they come from. */
  readonly extraHeaders?: Readonly<Record<string, string>>;
  readonly clock?: Clock;
}

const timing = {
  /** socket.io's own default doubles from 1 s to 5 s; a restart of a busy server needs longer and more spread ends (pitfalls 9.8). */
  reconnectMs: 500,
  longestReconnectMs: 30_000,
  /** A connection attempt, and an acknowledgement (pitfalls 9.5). */
  connectMs: 10_000,
  ackMs: 5_000,
} as const;

export function createSocketTracker(options: SocketTrackerOptions): TrackerClient {
  const clock = options.clock ?? createClock();
  const rooms = new Map<RoomId, TrackerRoom>();
  /** Ends the server is yet to be shown. */
  const endings = new Map<RoomId, ClientPayload<'end'>>();
  const socket: Socket = io(options.url, {
    path: '/socket.io/',
    transports: ['websocket'],
    parser: packets,
    autoConnect: false,
    forceNew: true,
    timeout: timing.connectMs,
    reconnectionDelay: timing.reconnectMs,
    reconnectionDelayMax: timing.longestReconnectMs,
    randomizationFactor: 0.5,
    ...(options.extraHeaders ? { extraHeaders: { ...options.extraHeaders } } : {}),
  });
  let nonce: Uint8Array | undefined;
  let failed = false;
  let closed = false;
  /** Times the server itself ended the connection since a challenge was last followed by a join. */
  let thrownOut = 0;
  let cancelReturn: (() => void) | undefined;

  const chance = (): number => {
    const [a = 0, b = 0, c = 0] = options.crypto.random(3);
    return (a * 0x1_0000 + b * 0x100 + c) / 0x100_0000;
  };

  const connection: RoomConnection = { ask, crypto: options.crypto, clock, chance };

  async function ask<Name extends ClientEvent>(
    event: Name,
    payload: ClientPayload<Name>,
  ): Promise<AckOf<Name> | undefined> {
    // socket.io would keep it for the next connection.
    if (!socket.connected) return undefined;
    let answer: unknown;
    try {
      answer = await socket.timeout(timing.ackMs).emitWithAck(event, payload);
    } catch {
      return undefined;
    }
    const parsed = v.safeParse(acks[event], answer);
    if (!parsed.success) return undefined;
    if (event === 'join' && parsed.output.ok) thrownOut = 0;
    return parsed.output;
  }

  /** Events that are not what they should be are dropped. */
  function listen<Name extends ServerEvent>(
    event: Name,
    handle: (payload: ServerPayload<Name>) => void,
  ): void {
    socket.on<string>(event, (payload: unknown) => {
      const parsed = v.safeParse(serverEvents[event], payload);
      if (parsed.success && !closed) handle(parsed.output);
    });
  }

  function goOffline(): void {
    nonce = undefined;
    failed = true;
    for (const room of [...rooms.values()]) room.disconnected();
  }

  function connectIn(ms: number): void {
    cancelReturn?.();
    cancelReturn = clock.at(clock.now() + ms, () => {
      cancelReturn = undefined;
      if (rooms.size + endings.size > 0) socket.connect();
    });
  }

  listen('challenge', (challenge) => {
    nonce = challenge.nonce.slice();
    failed = false;
    for (const room of [...rooms.values()]) room.connected(nonce);
    for (const room of [...endings.keys()]) void showEnding(room);
  });
  listen('signal', ({ room, from, session, sealed }) => rooms.get(room)?.received(from, session, sealed));
  listen('ended', ({ room, ending }) => rooms.get(room)?.ended(ending));
  listen('replaced', ({ room }) => rooms.get(room)?.replaced());
  listen('goingAway', ({ withinMs }) => {
    socket.disconnect();
    connectIn(withinMs * chance());
  });
  socket.on('disconnect', (reason) => {
    if (closed) return;
    goOffline();
    // socket.io-client takes an end by the server for final. For us it is a restart or a limit: come back, later each time.
    if (reason === 'io server disconnect') {
      const doubled = timing.reconnectMs * 2 ** Math.min(thrownOut++, 10);
      connectIn(Math.min(timing.longestReconnectMs, doubled) * (0.5 + chance()));
    }
  });
  socket.on('connect_error', () => {
    if (closed) return;
    goOffline();
    if (!socket.active) connectIn(timing.longestReconnectMs * (0.5 + chance()));
  });

  return {
    join(id, membership) {
      if (closed) return;
      rooms.get(id)?.end();
      const room = new TrackerRoom(id, membership, connection, failed ? 'offline' : 'connecting');
      rooms.set(id, room);
      if (nonce) room.connected(nonce);
      else if (!socket.active && !cancelReturn) socket.connect();
    },
    leave(id) {
      const room = rooms.get(id);
      if (!room) return;
      room.end();
      rooms.delete(id);
      if (rooms.size + endings.size > 0) void ask('leave', { room: id });
      // The last one out: ending the connection leaves the room as well.
      else rest();
    },
    end(id, part, ending) {
      if (closed) return;
      rooms.get(id)?.end();
      rooms.delete(id);
      endings.set(id, { room: id, part, ending });
      if (nonce) void showEnding(id);
      else if (!socket.active && !cancelReturn) socket.connect();
    },
    announce: (id, shares) => rooms.get(id)?.announce(shares),
    handout: (id, linked) => void rooms.get(id)?.handout(linked),
    signal: (id, to, session, sealed) => void rooms.get(id)?.send(to, session, sealed),
    close() {
      closed = true;
      for (const room of rooms.values()) room.end();
      rooms.clear();
      endings.clear();
      rest();
    },
  };

  /** A server that will not have it is not asked twice, and is told that we left. Silence: it is shown to the next connection. */
  async function showEnding(id: RoomId): Promise<void> {
    const shown = endings.get(id);
    const answer = shown && (await ask('end', shown));
    if (!answer || endings.get(id) !== shown) return;
    if (!answer.ok && answer.retryMs !== undefined) {
      showAgain(id, answer.retryMs);
      return;
    }
    endings.delete(id);
    if (rooms.size + endings.size === 0) rest();
    else if (!answer.ok && !rooms.has(id)) void ask('leave', { room: id });
  }

  function showAgain(id: RoomId, ms: number): void {
    clock.at(clock.now() + ms, () => {
      if (!closed && nonce) void showEnding(id);
    });
  }

  function rest(): void {
    cancelReturn?.();
    cancelReturn = undefined;
    socket.disconnect();
    failed = false;
  }
}
