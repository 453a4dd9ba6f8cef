/**
 * Links of one peer over a transport and a tracker that only record. The other peer is played by the test: its hello is made here, its
 * signals by whoever tests.
 */
import { toBase64Url } from '../../base/bytes';
import { idBytes, type PeerId, type RoomId, type SessionId } from '../../base/ids';
import { helloSigningBytes } from '../../content/handshake';
import type {
  Bytes,
  Identity,
  LinkChannel,
  LinkHandlers,
  SignalPayload,
  TransportHandlers,
} from '../../ports';
import { decodeMessage, encodeMessage } from '../../wire/codec';
import type { PeerMessage } from '../../wire/messages';
import type { DriverContext } from '../context';
import { Links } from '../links';
import { watchedCrypto } from './watched-crypto';

export const room = 'r'.repeat(22) as RoomId;
export const session = 's'.repeat(22) as SessionId;
const binding = new Uint8Array(32);

export async function loneLinks() {
  const { crypto: honest, idle: settled } = watchedCrypto();
  const [self, other] = [await honest.createIdentity(), await honest.createIdentity()];
  const signalKey = honest.random(32);
  const drawn: Bytes[] = [];
  /** Checks of a signature end when this does. */
  let proofs = Promise.resolve();
  const due: { at: number; run: () => void }[] = [];
  const signals: { to: PeerId; session: SessionId; sealed: Uint8Array }[] = [];
  /** What the engine is told. */
  const fed: unknown[] = [];
  /** What the transport is told, and what leaves on the link's control channel. */
  const done: string[] = [];
  const messages: PeerMessage[] = [];
  const blocks: Uint8Array[] = [];
  let transport: TransportHandlers | undefined;
  let wire: LinkHandlers | undefined;
  const context = {
    ports: {
      crypto: {
        ...honest,
        random: (length: number) => {
          drawn.push(honest.random(length));
          return drawn.at(-1);
        },
        verify: async (...given: Parameters<typeof honest.verify>) => {
          await proofs;
          return honest.verify(...given);
        },
      },
      clock: {
        now: () => 0,
        at: (at: number, run: () => void) => {
          due.push({ at, run });
          return () => undefined;
        },
      },
      tracker: {
        signal: (_room: RoomId, to: PeerId, of: SessionId, sealed: Uint8Array) =>
          signals.push({ to, session: of, sealed }),
      },
      createTransport: () => ({
        listen: (given: TransportHandlers) => (transport = given),
        connect: (_session: SessionId, role: string) => done.push(`connect ${role}`),
        signal: (_session: SessionId, payload: SignalPayload) => done.push(`signal ${payload.kind}`),
        close: (ended: SessionId, reason: Parameters<TransportHandlers['closed']>[1]) => {
          done.push(`close ${reason}`);
          queueMicrotask(() => transport?.closed(ended, reason));
        },
      }),
      log: { write: () => undefined },
    },
    keys: { room, signal: await honest.importKey(signalKey) },
    identity: self,
    feed: (input: unknown) => fed.push(input),
    peerOf: async (key: Uint8Array) => toBase64Url((await honest.sha256(key)).subarray(0, idBytes)),
    background: (_what: string, work: Promise<unknown>) => void work.catch(() => undefined),
  } as unknown as DriverContext;
  const links = new Links(
    context,
    {
      message: (_link, message) => messages.push(message),
      block: (_link, frame) => blocks.push(frame),
      drained: () => undefined,
      up: () => undefined,
      down: () => undefined,
    },
    'Test',
  );
  const helloOf = async (who: Identity): Promise<Uint8Array> => {
    const statement = helloSigningBytes({ room, from: who.peer, to: self.peer, binding });
    const signature = await honest.sign(who, statement);
    return encodeMessage({ type: 'hello', version: 1, publicKey: who.publicKey, signature, agent: 'Other' });
  };
  return {
    links,
    self: self.peer,
    other: other.peer,
    signalKey,
    drawn,
    due,
    signals,
    fed,
    done,
    messages,
    blocks,
    settled,
    /** A signal leaves, as the transport makes it. */
    makes: (payload: SignalPayload) => transport?.signal(session, payload),
    hears: async (sealed: Uint8Array, from = other.peer, of = session) => {
      links.signalReceived(from, of, sealed);
      await settled();
    },
    /** A connection opened; nobody is proven yet. */
    opens: () => {
      links.connect(other.peer, session, 'initiator');
      transport?.opened(session, {
        binding,
        sendControl: (frame: Uint8Array) => {
          const decoded = decodeMessage(frame);
          if (decoded.kind !== 'message') return;
          const { message } = decoded;
          done.push(message.type === 'bye' ? `bye ${message.reason}` : message.type);
        },
        listen: (handlers: LinkHandlers) => (wire = handlers),
      } as unknown as LinkChannel);
    },
    gets: (frame: Uint8Array) => wire?.control(frame),
    getsBlock: (frame: Uint8Array) => wire?.block(frame),
    hello: () => helloOf(other),
    /** The transport ends the session by itself. */
    ends: (reason: Parameters<TransportHandlers['closed']>[1]) => transport?.closed(session, reason),
    /** Until the answer is called no proof is found to hold or not. */
    holdProofs: () => {
      let release = (): void => undefined;
      proofs = new Promise((resolve) => (release = resolve));
      return async () => {
        release();
        await settled();
      };
    },
  };
}
