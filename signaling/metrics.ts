/** What /metrics tells (Prometheus): sums over the whole server. No label names a room, a peer or an address. PROTOCOL.md §2 (SV). */
import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';
import type { ClientEvent, RefusalCode } from '../lib/wire/signaling';
import type { TrackerStore } from './store';

/** Why a connection was not let in or was ended by the server. */
export type ConnectionRefusal =
  | 'origin'
  | 'stopping'
  | 'server-full'
  | 'address-full'
  | 'address-rate'
  | 'malformed'
  | 'bytes'
  | 'bad-frame';

export interface Metrics {
  event(name: ClientEvent): void;
  refused(code: RefusalCode): void;
  connectionRefused(reason: ConnectionRefusal): void;
  received(bytes: number): void;
  relayed(bytes: number): void;
  joined(): void;
  /** In Prometheus text format. */
  text(): Promise<{ readonly contentType: string; readonly body: string }>;
}

/** `sockets`: how many connections are open now. */
export function createMetrics(store: TrackerStore, sockets: () => number): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const gauge = (name: string, help: string, read: () => number | Promise<number>): void => {
    new Gauge({
      name,
      help,
      registers,
      async collect() {
        this.set(await read());
      },
    });
  };
  gauge('shoal_sockets', 'Open connections.', sockets);
  gauge('shoal_rooms', 'Rooms with at least one peer.', async () => (await store.counts()).rooms);
  gauge('shoal_peers', 'Peers in all rooms.', async () => (await store.counts()).members);
  const counter = <Label extends string>(
    name: string,
    help: string,
    ...labelNames: Label[]
  ): Counter<Label> => new Counter({ name, help, labelNames, registers });
  const events = counter('shoal_events_total', 'Well-formed client events.', 'event');
  const joins = counter('shoal_joins_total', 'Joins that were accepted.');
  const signals = counter('shoal_signals_total', 'Signals handed on.');
  const signalBytes = counter('shoal_signal_bytes_total', 'Sealed bytes of signals handed on.');
  const refusals = counter('shoal_refusals_total', 'Client events refused.', 'code');
  const connectionsRefused = counter(
    'shoal_connections_refused_total',
    'Connections not let in or ended by the server.',
    'reason',
  );
  const bytes = counter('shoal_received_bytes_total', 'Bytes of socket.io packets received.');
  return {
    event: (event) => events.inc({ event }),
    joined: () => joins.inc(),
    refused: (code) => refusals.inc({ code }),
    connectionRefused: (reason) => connectionsRefused.inc({ reason }),
    received: (count) => bytes.inc(count),
    relayed(count) {
      signals.inc();
      signalBytes.inc(count);
    },
    text: async () => ({ contentType: registry.contentType, body: await registry.metrics() }),
  };
}
