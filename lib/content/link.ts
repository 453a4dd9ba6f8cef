/**
 * The share link and what the room's secret is used for. Link key = base64url(version ‖ room secret ‖ creator's key hash): 33 bytes, 44
 * characters, carried in the fragment, which browsers keep from servers. Design §4, PROTOCOL.md §4 (LK).
 * Reading is forgiving about what mail and chat programs do to links, never about the key itself. Leaves out the key derivation.
 */
import { concatBytes, fromBase64Url, toBase64Url } from '../base/bytes';
import { idBytes, type PeerId } from '../base/ids';
import { invariant } from '../base/invariant';
import { err, ok, type Result } from '../base/result';
import { idToBytes } from './byte-io';

export interface LinkKey {
  readonly version: number;
  /** 16 random bytes from which the room's id and keys derive. */
  readonly secret: Uint8Array<ArrayBuffer>;
  /** Peer id of who made the room: whose policy counts. */
  readonly creator: PeerId;
}

export const linkVersion = 1;
export const secretBytes = 16;
/** Characters of an encoded key; 33 bytes, so there is no padding. */
export const linkKeyLength = 44;

/** HKDF labels (RFC 5869 `info`): one per use of the room secret, so that no two uses share a key. */
export const purposes = {
  roomId: 'shoal room id',
  signalKey: 'shoal signal key',
  catalogKey: 'shoal catalog key',
  indexKey: 'shoal index key',
  /** Followed by the share id. */
  shareTag: 'shoal share tag ',
} as const;

export type LinkFault = 'link-malformed' | 'link-cut' | 'link-version';

export function encodeLinkKey(key: LinkKey): string {
  invariant(key.secret.length === secretBytes, 'a room secret of 16 bytes');
  return toBase64Url(concatBytes(Uint8Array.of(key.version), key.secret, idToBytes(key.creator)));
}

/** The link to hand to others; `origin` without a slash at its end. */
export const linkOf = (origin: string, key: LinkKey): string => `${origin}/r#${encodeLinkKey(key)}`;

/**
 * Reads a link or a bare key. 'link-cut': the beginning of a key, or a room's address without one. 'link-version': made by a later Shoal.
 * 'link-malformed': something else.
 */
export function parseLink(text: string): Result<LinkKey, LinkFault> {
  const clean = unescapeLink(text.slice(0, maxTextLength)).replace(invisible, '').trim();
  const part = keyPart(clean);
  if (part === undefined) return err(/\/r\/?(\?.*)?$/.test(clean) ? 'link-cut' : 'link-malformed');
  const run = /^[\w-]*/.exec(part)?.[0] ?? '';
  if (run.length >= linkKeyLength) return readKey(run);
  // Mail that wraps long lines breaks the key in two.
  const joined = part.replace(/\s*[\r\n]\s*/g, '');
  const whole = /^[\w-]*/.exec(joined)?.[0] ?? '';
  if (whole.length === linkKeyLength) return readKey(whole);
  return err(trailing.test(part.slice(run.length)) ? 'link-cut' : 'link-malformed');
}

/** Far more than a link with anything around it; bounds the work on what a person pastes. */
const maxTextLength = 8192;
/** Zero-width and direction marks, soft hyphen, byte order mark: copied along from formatted text. */
const invisible = /[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]/g;
/** What may stand around a key without belonging to it: space and punctuation. */
const trailing = /^[\s\p{P}\p{S}]*$/u;

/** Undoes percent-encoding, twice at most: a redirector that encodes an encoded link is common, more is not. */
function unescapeLink(text: string): string {
  let plain = text;
  for (let round = 0; round < 2 && plain.includes('%'); round++) {
    try {
      plain = decodeURIComponent(plain);
    } catch {
      break;
    }
  }
  return plain;
}

/** From the key's first character on; undefined for an address without fragment. */
function keyPart(text: string): string | undefined {
  const room = text.lastIndexOf('/r#');
  if (room >= 0) return text.slice(room + 3);
  const hash = text.lastIndexOf('#');
  if (hash >= 0) return text.slice(hash + 1);
  if (text.includes('/')) return undefined;
  // A bare key, perhaps in quotes or brackets. '-' and '_' may belong to the key, so they stay.
  return text.replace(/^[^\w-]+/, '');
}

/** `run` is at least as long as a key and holds only base64url characters. */
function readKey(run: string): Result<LinkKey, LinkFault> {
  const version = fromBase64Url(run.slice(0, 4))?.[0];
  // First, because a later version may be longer.
  if (version !== linkVersion) return err('link-version');
  // Markdown's emphasis may leave '_' behind, a dash may follow; anything else makes it not our key.
  if (!/^[-_]*$/.test(run.slice(linkKeyLength))) return err('link-malformed');
  const bytes = fromBase64Url(run.slice(0, linkKeyLength));
  if (bytes?.length !== 1 + secretBytes + idBytes) return err('link-malformed');
  return ok({
    version,
    secret: bytes.slice(1, 1 + secretBytes),
    creator: toBase64Url(bytes.subarray(1 + secretBytes)) as PeerId,
  });
}
