/**
 * Messages between a peer and the tracker over socket.io: event names, payload schemas with bounds, acknowledgements. PROTOCOL.md §2.
 * Both sides check every payload with these. Unknown events are ignored by both.
 */
import * as v from 'valibot';
import { encodedEndingBytes, roomPartBytes } from './ending';
import { isId, type NeighbourId, type PeerId, type RoomId, type SessionId, type ShareId } from '../base/ids';

export const signalingLimits = {
  /** socket.io maxHttpBufferSize: a sealed SDP fits with room to spare. */
  messageBytes: 64 * 1024,
  /** A sealed signal: SDP ≤ 16 KiB plus nonce and tag. */
  signalBytes: 20 * 1024,
  /** Shares one announce may carry. */
  shares: 256,
  /** Regions of the chunk range an announce tells apart (design §6). */
  regions: 64,
  handoutPeers: 50,
  /** Pages of one network that may be found at one time: more than a room full of people (guess). */
  neighbours: 32,
  /** A sealed parcel: a link key with room to spare. */
  parcelBytes: 512,
} as const;

const peer = v.custom<PeerId>((x) => typeof x === 'string' && isId(x));
const room = v.custom<RoomId>((x) => typeof x === 'string' && isId(x));
const session = v.custom<SessionId>((x) => typeof x === 'string' && isId(x));
const neighbour = v.custom<NeighbourId>((x) => typeof x === 'string' && isId(x));
/** HMAC-like opaque name of a share for the tracker: HKDF of room secret and share id, so the server cannot link shares across rooms. */
const shareTag = v.custom<ShareId>((x) => typeof x === 'string' && isId(x));
/** socket.io hands binary over as Buffer in Node and ArrayBuffer in browsers. */
const binary = (max: number, min = 0) =>
  v.pipe(
    v.custom<Uint8Array | ArrayBuffer>(
      (x) =>
        (x instanceof Uint8Array || x instanceof ArrayBuffer) && x.byteLength >= min && x.byteLength <= max,
    ),
    v.transform((x): Uint8Array =>
      x instanceof Uint8Array ? new Uint8Array(x.buffer, x.byteOffset, x.byteLength) : new Uint8Array(x),
    ),
  );

/** A room's end as its creator signed it (ending.ts). */
const ending = binary(encodedEndingBytes, encodedEndingBytes);

/** How complete a peer is, in bands: enough to hand out by need, too little to know the content. 0 nothing … 4 everything. */
const band = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(4));

export const shareSummarySchema = v.strictObject({
  share: shareTag,
  band,
  /** Bit r set: every chunk of the r-th 64th of the range is held. 8 bytes. */
  regions: binary(8, 8),
});
export type ShareSummary = v.InferOutput<typeof shareSummarySchema>;

/** A page that lets itself be found: `publicKey` is an X25519 key made for this visit (PROTOCOL.md NB). */
const neighbourSchema = v.strictObject({ neighbour, publicKey: binary(32, 32) });

/** Client → server. Each is acknowledged with an `Ack`. */
export const clientEvents = {
  /** Signature over utf8("shoal join 1") ‖ challenge nonce ‖ utf8(room), by the key whose hash is the peer id. */
  join: v.strictObject({ room, publicKey: binary(32, 32), signature: binary(64, 64) }),
  leave: v.strictObject({ room }),
  announce: v.strictObject({
    room,
    shares: v.pipe(v.array(shareSummarySchema), v.maxLength(signalingLimits.shares)),
  }),
  /** Asks for more peers; `linked` are left out. */
  handout: v.strictObject({
    room,
    linked: v.pipe(v.array(peer), v.maxLength(64)),
  }),
  signal: v.strictObject({ room, to: peer, session, sealed: binary(signalingLimits.signalBytes, 1) }),
  /** Shows that the room is over, by whoever holds its ending, joined or not; `part`: what hashes to the room's id with the creator's id. */
  end: v.strictObject({ room, part: binary(roomPartBytes, roomPartBytes), ending }),
  /** Lets this connection be found by others of its network. */
  nearby: v.strictObject({ publicKey: binary(32, 32) }),
  nearbyLeave: v.strictObject({}),
  parcel: v.strictObject({ to: neighbour, session, sealed: binary(signalingLimits.parcelBytes, 1) }),
} as const;

/** Server → client. */
export const serverEvents = {
  /** First on every connection: 32 random bytes to sign in `join`. */
  challenge: v.strictObject({ nonce: binary(32, 32) }),
  signal: v.strictObject({ room, from: peer, session, sealed: binary(signalingLimits.signalBytes, 1) }),
  /** The server is about to stop: reconnect after a random delay up to `withinMs`. */
  goingAway: v.strictObject({ withinMs: v.pipe(v.number(), v.minValue(0), v.maxValue(120_000)) }),
  /** Another connection proved the same peer id in this room: this one no longer speaks for it. */
  replaced: v.strictObject({ room }),
  /** The room is over, and this is its creator's word for it: the connection is no member any more. */
  ended: v.strictObject({ room, ending }),
  neighbourCame: neighbourSchema,
  neighbourLeft: v.strictObject({ neighbour }),
  /** Another connection showed the same key nearby: this one is not found any more. */
  nearbyReplaced: v.strictObject({}),
  parcel: v.strictObject({ from: neighbour, session, sealed: binary(signalingLimits.parcelBytes, 1) }),
} as const;

export const handoutPeerSchema = v.strictObject({
  peer,
  shares: v.pipe(v.array(shareSummarySchema), v.maxLength(signalingLimits.shares)),
});
export type HandoutPeer = v.InferOutput<typeof handoutPeerSchema>;

export const iceServerSchema = v.strictObject({
  urls: v.pipe(v.array(v.pipe(v.string(), v.maxLength(256))), v.maxLength(8)),
  username: v.optional(v.pipe(v.string(), v.maxLength(256))),
  credential: v.optional(v.pipe(v.string(), v.maxLength(256))),
});
export type IceServer = v.InferOutput<typeof iceServerSchema>;

/** What the server can refuse with; `retryMs` where trying again helps, `ending` with 'room-ended'. */
export const refusalCodes = [
  'malformed',
  'not-joined',
  'bad-proof',
  'rate-limited',
  'room-full',
  'too-many-rooms',
  'unknown-peer',
  'server-full',
  'room-ended',
  'nearby-off',
  'nearby-full',
] as const;
export type RefusalCode = (typeof refusalCodes)[number];

const refusal = v.strictObject({
  ok: v.literal(false),
  code: v.picklist(refusalCodes),
  retryMs: v.optional(v.pipe(v.number(), v.minValue(0))),
  ending: v.optional(ending),
});

const handoutAccepted = v.strictObject({
  ok: v.literal(true),
  peers: v.pipe(v.array(handoutPeerSchema), v.maxLength(signalingLimits.handoutPeers)),
  /** Peers in the room, the asker included. */
  members: v.pipe(v.number(), v.integer(), v.minValue(0)),
});

/** Acknowledgement of each client event. */
export const acks = {
  join: v.union([
    v.strictObject({
      ...handoutAccepted.entries,
      iceServers: v.pipe(v.array(iceServerSchema), v.maxLength(8)),
      /** 'relay' makes peers use TURN only (tests, strict networks). */
      icePolicy: v.picklist(['all', 'relay']),
      /** When the TURN credentials end; join again before that. Milliseconds from now; null: they do not. */
      iceTtlMs: v.nullable(v.pipe(v.number(), v.minValue(0))),
    }),
    refusal,
  ]),
  leave: v.union([v.strictObject({ ok: v.literal(true) }), refusal]),
  announce: v.union([v.strictObject({ ok: v.literal(true) }), refusal]),
  handout: v.union([handoutAccepted, refusal]),
  signal: v.union([v.strictObject({ ok: v.literal(true) }), refusal]),
  end: v.union([v.strictObject({ ok: v.literal(true) }), refusal]),
  nearby: v.union([
    v.strictObject({
      ok: v.literal(true),
      /** Who is there already, the asker left out. */
      neighbours: v.pipe(v.array(neighbourSchema), v.maxLength(signalingLimits.neighbours)),
    }),
    refusal,
  ]),
  nearbyLeave: v.union([v.strictObject({ ok: v.literal(true) }), refusal]),
  parcel: v.union([v.strictObject({ ok: v.literal(true) }), refusal]),
} as const;

export type ClientEvent = keyof typeof clientEvents;
export type ServerEvent = keyof typeof serverEvents;
export type ClientPayload<Name extends ClientEvent> = v.InferOutput<(typeof clientEvents)[Name]>;
export type ServerPayload<Name extends ServerEvent> = v.InferOutput<(typeof serverEvents)[Name]>;
export type AckOf<Name extends ClientEvent> = v.InferOutput<(typeof acks)[Name]>;

/** Bytes a peer signs to join (the tracker and the client build the same). */
export const joinDomain = 'shoal join 1';
