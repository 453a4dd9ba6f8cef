/**
 * The share link and what the room's secret is used for. Link key = base64url(version ‖ secret ‖ creator's key hash ‖ check, where a passphrase
 * is needed): 44 or 46 characters, carried in the fragment, which browsers keep from servers. Design §4, PROTOCOL.md §4 (LK), decision 014.
 * Reading is forgiving about what mail and chat programs do to links, never about the key itself. Leaves out the key derivation.
 */
import { concatBytes, fromBase64Url, toBase64Url } from '../base/bytes';
import { idBytes, type PeerId } from '../base/ids';
import { invariant } from '../base/invariant';
import { err, ok, type Result } from '../base/result';
import { idToBytes } from './byte-io';

export interface LinkKey {
  /** 1: the room's id follows from the secret alone, as it did at first; 2: it is bound to the creator too; 3: a passphrase is needed besides. */
  readonly version: 1 | 2 | 3;
  /** 16 random bytes from which the room's id and keys derive; in version 3 mixed with the passphrase first. */
  readonly secret: Uint8Array<ArrayBuffer>;
  /** Peer id of who made the room: whose policy counts. */
  readonly creator: PeerId;
  /** Version 3 only: 8 bits that tell a mistyped passphrase from the right one, most of the time. */
  readonly check?: number;
}

/** Of a room made now, without and with a passphrase. */
export const linkVersion = 2;
export const lockedLinkVersion = 3;
export const secretBytes = 16;
/** Characters of a key without a passphrase: 33 bytes, so there is no padding. */
export const linkKeyLength = 44;
/** Characters of one with: 34 bytes. */
export const lockedLinkKeyLength = 46;

/** HKDF labels (RFC 5869 `info`): one per use of the room secret, so that no two uses share a key. */
export const purposes = {
  roomId: 'shoal room id',
  signalKey: 'shoal signal key',
  catalogKey: 'shoal catalog key',
  indexKey: 'shoal index key',
  /** Followed by the share id. */
  shareTag: 'shoal share tag ',
  passphraseSalt: 'shoal passphrase salt',
  /** These two of the link's secret and the stretched passphrase together. */
  passphraseSecret: 'shoal passphrase secret',
  passphraseCheck: 'shoal passphrase check',
} as const;

export type LinkFault = 'link-malformed' | 'link-cut' | 'link-version';

export function encodeLinkKey(key: LinkKey): string {
  invariant(key.secret.length === secretBytes, 'a room secret of 16 bytes');
  const check = key.version === lockedLinkVersion ? Uint8Array.of(key.check ?? 0) : new Uint8Array();
  return toBase64Url(concatBytes(Uint8Array.of(key.version), key.secret, idToBytes(key.creator), check));
}

/** Whether the link alone does not open the room. */
export const needsPassphrase = (key: LinkKey): boolean => key.version === lockedLinkVersion;

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
  const length = lengthOf(run);
  if (run.length >= length) return readKey(run, length);
  // Mail that wraps long lines breaks the key in two.
  const joined = part.replace(/\s*[\r\n]\s*/g, '');
  const whole = /^[\w-]*/.exec(joined)?.[0] ?? '';
  if (whole.length === length) return readKey(whole, length);
  const version = versionOf(run);
  const begun = clean.includes('#') || version === undefined || isOurs(version);
  const cut = begun && trailing.test(part.slice(run.length));
  return err(cut ? 'link-cut' : 'link-malformed');
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

const versionOf = (run: string): number | undefined => fromBase64Url(run.slice(0, 4))?.[0];

const isOurs = (version: number | undefined): version is LinkKey['version'] =>
  version === 1 || version === linkVersion || version === lockedLinkVersion;

const lengthOf = (run: string): number =>
  versionOf(run) === lockedLinkVersion ? lockedLinkKeyLength : linkKeyLength;

/** `run` is at least as long as its version's key and holds only base64url characters. */
function readKey(run: string, length: number): Result<LinkKey, LinkFault> {
  const version = versionOf(run);
  // First, because a later version may be longer.
  if (!isOurs(version)) return err('link-version');
  // Markdown's emphasis may leave '_' behind, a dash may follow; anything else makes it not our key.
  if (!/^[-_]*$/.test(run.slice(length))) return err('link-malformed');
  const bytes = fromBase64Url(run.slice(0, length));
  if (!bytes) return err('link-malformed');
  const secret = bytes.slice(1, 1 + secretBytes);
  const creator = toBase64Url(bytes.subarray(1 + secretBytes, 1 + secretBytes + idBytes)) as PeerId;
  if (version !== lockedLinkVersion) return ok({ version, secret, creator });
  return ok({ version, secret, creator, check: bytes[1 + secretBytes + idBytes] ?? 0 });
}
