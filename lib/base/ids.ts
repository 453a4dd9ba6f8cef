/**
 * Names of things, as 16 bytes in base64url (22 characters): compact on the wire, usable as Map keys, and ordered the same everywhere.
 */
declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

/** First 16 bytes of SHA-256 of the peer's public key (design §4), so nobody can claim another's id. */
export type PeerId = Branded<'PeerId'>;
/** Hash of publisher key and nonce: names its publisher. */
export type ShareId = Branded<'ShareId'>;
/** Derived from the link's secret; what the tracker sees of a room. */
export type RoomId = Branded<'RoomId'>;
/** One attempt to connect two peers, random; signals of dead sessions are dropped by it. */
export type SessionId = Branded<'SessionId'>;

/** One page that lets itself be found nearby, as the server calls it; random, ends with its connection. */
export type NeighbourId = Branded<'NeighbourId'>;

const shape = /^[A-Za-z0-9_-]{22}$/;

/** Whether `text` has the shape of an id: 22 base64url characters. */
export const isId = (text: string): boolean => shape.test(text);

export const idBytes = 16;
