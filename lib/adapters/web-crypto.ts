/**
 * The Crypto port on WebCrypto: one file for page, worker, service worker and Node 20. Keys are made and held by the platform and cannot
 * be read back. Ed25519 (RFC 8032), X25519 (RFC 7748), HKDF-SHA-256 (RFC 5869), AES-256-GCM (NIST SP 800-38D); scrypt (RFC 7914) comes from @noble/hashes,
 * loaded only when a passphrase is used. Leaves out: who signs what over which bytes (lib/driver) and nonces (lib/content/ticket).
 */
import { toBase64Url } from '../base/bytes';
import { ShoalError } from '../base/errors';
import { idBytes, type PeerId } from '../base/ids';
import { invariant } from '../base/invariant';
import type { Agreement, Bytes, Crypto, Identity, SealingKey } from '../ports';

/**
 * 64 MiB, 0.2 s in Node and 0.35 s in Chromium where this was measured, seconds on a phone (guess; r and p from RFC 7914 §2). Part of
 * the room's format: other values give other keys.
 */
const scryptCost = { N: 2 ** 16, r: 8, p: 1, dkLen: 32 } as const;
/** getRandomValues takes no more at once (W3C WebCrypto §10.1.1). */
const randomLimit = 65_536;
const publicKeyBytes = 32;
const signatureBytes = 64;
const nonceBytes = 12;

const utf8 = new TextEncoder();

/** Throws ShoalError 'insecure-context' where the platform hides WebCrypto (plain http on a LAN). */
export function createWebCrypto(): Crypto {
  const platform = globalThis.crypto as globalThis.Crypto | undefined;
  const subtle = platform?.subtle;
  if (!platform || !subtle) throw new ShoalError('insecure-context', 'crypto.subtle is missing');

  const digest = async (bytes: Uint8Array): Promise<Bytes> =>
    new Uint8Array(await subtle.digest('SHA-256', plain(bytes)));

  return {
    random(length) {
      const bytes = new Uint8Array(length);
      for (let at = 0; at < length; at += randomLimit)
        platform.getRandomValues(bytes.subarray(at, at + randomLimit));
      return bytes;
    },

    sha256: digest,

    async createIdentity(): Promise<Identity> {
      const pair = await makeKeyPair(subtle);
      const publicKey = new Uint8Array(await subtle.exportKey('raw', pair.publicKey));
      const peer = toBase64Url((await digest(publicKey)).subarray(0, idBytes)) as PeerId;
      return { peer, publicKey, privateKey: pair.privateKey };
    },

    async sign(identity, message) {
      return new Uint8Array(
        await subtle.sign('Ed25519', platformKey(identity.privateKey, 'private'), plain(message)),
      );
    },

    async verify(publicKey, message, signature) {
      if (publicKey.length !== publicKeyBytes || signature.length !== signatureBytes) return false;
      try {
        const key = await subtle.importKey('raw', plain(publicKey), 'Ed25519', false, ['verify']);
        return await subtle.verify('Ed25519', key, plain(signature), plain(message));
      } catch {
        // Some platforms refuse a key that is no point on the curve at import, others at verify: either way nobody signed this.
        return false;
      }
    },

    async derive(secret, label, length) {
      const key = await subtle.importKey('raw', plain(secret), 'HKDF', false, ['deriveBits']);
      const parameters = {
        name: 'HKDF',
        hash: 'SHA-256',
        salt: new Uint8Array(),
        info: utf8.encode(label),
      };
      return new Uint8Array(await subtle.deriveBits(parameters, key, length * 8));
    },

    async createAgreement(): Promise<Agreement> {
      const pair = await subtle.generateKey('X25519', false, ['deriveBits']);
      return {
        publicKey: new Uint8Array(await subtle.exportKey('raw', pair.publicKey)),
        secretKey: pair.privateKey,
      };
    },

    async agree({ secretKey }, publicKey) {
      if (publicKey.length !== publicKeyBytes) return undefined;
      const own = platformKey(secretKey, 'private');
      try {
        const other = await subtle.importKey('raw', plain(publicKey), 'X25519', false, []);
        const bits = new Uint8Array(await subtle.deriveBits({ name: 'X25519', public: other }, own, 256));
        // A key of low order gives zeros whoever holds the other half (RFC 7748 §6.1); not every platform refuses it.
        return bits.some((byte) => byte !== 0) ? bits : undefined;
      } catch {
        return undefined;
      }
    },

    async stretch(passphrase, salt) {
      const { scryptAsync } = await import('@noble/hashes/scrypt.js');
      // One phrase, one key: the same accented letter is composed on one keyboard and decomposed on another (RFC 8265 §4.2.2 rule 4).
      return plain(await scryptAsync(utf8.encode(passphrase.normalize('NFC')), salt, scryptCost));
    },

    async importKey(raw): Promise<SealingKey> {
      invariant(raw.length === 32, 'an AES-256 key has 32 bytes');
      return {
        sealingKey: await subtle.importKey('raw', plain(raw), 'AES-GCM', false, ['encrypt', 'decrypt']),
      };
    },

    async seal(key, nonce, data, associated) {
      const sealed = await subtle.encrypt(
        gcm(nonce, associated),
        platformKey(key.sealingKey, 'secret'),
        plain(data),
      );
      return new Uint8Array(sealed);
    },

    async open(key, nonce, data, associated) {
      const secret = platformKey(key.sealingKey, 'secret');
      const parameters = gcm(nonce, associated);
      try {
        return new Uint8Array(await subtle.decrypt(parameters, secret, plain(data)));
      } catch (error) {
        // OperationError is all the platform says of a tag that does not fit or of data shorter than a tag; the rest is a bug of ours.
        if (error instanceof Error && error.name === 'OperationError') return undefined;
        throw error;
      }
    },
  };
}

async function makeKeyPair(subtle: SubtleCrypto): Promise<CryptoKeyPair> {
  try {
    return await subtle.generateKey('Ed25519', false, ['sign', 'verify']);
  } catch (cause) {
    throw new ShoalError('browser-unsupported', 'Ed25519 is missing', { cause });
  }
}

function gcm(nonce: Uint8Array, associated: Uint8Array): AesGcmParams {
  invariant(nonce.length === nonceBytes, 'a GCM nonce has 12 bytes');
  return { name: 'AES-GCM', iv: plain(nonce), additionalData: plain(associated), tagLength: 128 };
}

/** The ports keep keys opaque; here they are what this file made. */
function platformKey(value: unknown, type: KeyType): CryptoKey {
  invariant(
    typeof CryptoKey !== 'undefined' && value instanceof CryptoKey && value.type === type,
    `not a ${type} key of this platform`,
  );
  return value;
}

/** WebCrypto refuses views of shared memory: those are copied, all others pass as they are. */
function plain(bytes: Uint8Array): Bytes {
  return isPlain(bytes) ? bytes : new Uint8Array(bytes);
}

const isPlain = (bytes: Uint8Array): bytes is Bytes => bytes.buffer instanceof ArrayBuffer;
