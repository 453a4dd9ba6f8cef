/**
 * What every Crypto adapter must do: published known answers, round trips and refusals. Registers vitest tests; run on each platform.
 * Vectors: RFC 8032 §7.1, RFC 5869 A.3, FIPS 180-4 examples, McGrew & Viega "The Galois/Counter Mode" case 16. Those for labels and scrypt
 * at our cost were computed with Python's hashlib and hmac.
 */
import { describe, expect, it } from 'vitest';
import { concatBytes, toBase64Url, toHex } from '../../base/bytes';
import { isId } from '../../base/ids';
import type { Bytes, Crypto } from '../../ports';

const utf8 = (text: string): Bytes => new TextEncoder().encode(text);

function hex(text: string): Bytes {
  const bytes = new Uint8Array(text.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(text.slice(2 * i, 2 * i + 2), 16);
  return bytes;
}

const signed = [
  {
    publicKey: 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
    message: '',
    signature:
      'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
  },
  {
    publicKey: '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
    message: '72',
    signature:
      '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
  },
];

const gcm = {
  key: 'feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308',
  nonce: 'cafebabefacedbaddecaf888',
  data: 'd9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39',
  associated: 'feedfacedeadbeeffeedfacedeadbeefabaddad2',
  sealed:
    '522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f66276fc6ece0f4e1768cddf8853bb2d551b',
};

export function cryptoContract(name: string, create: () => Crypto): void {
  describe(`Crypto: ${name}`, () => {
    const crypto = create();

    it('[CR1] gives as many random bytes as asked, more than one platform call holds included', () => {
      expect(crypto.random(0)).toHaveLength(0);
      expect(crypto.random(16)).not.toEqual(crypto.random(16));
      const many = crypto.random(200_000);
      expect(many).toHaveLength(200_000);
      expect(many.subarray(-32).some((byte) => byte !== 0)).toBe(true);
    });

    it('[CR2] hashes as FIPS 180-4 says', async () => {
      expect(toHex(await crypto.sha256(utf8('abc')))).toBe(
        'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
      );
      const inside = concatBytes(utf8('xx'), utf8('abc'), utf8('xx')).subarray(2, 5);
      expect(await crypto.sha256(inside)).toEqual(await crypto.sha256(utf8('abc')));
    });

    it('[CR3] names a peer by the hash of its public key and signs so that others can verify', async () => {
      const identity = await crypto.createIdentity();
      expect(identity.publicKey).toHaveLength(32);
      expect(isId(identity.peer)).toBe(true);
      const hash = await crypto.sha256(identity.publicKey);
      expect(identity.peer).toBe(toBase64Url(hash.subarray(0, 16)));
      const signature = await crypto.sign(identity, utf8('hello'));
      expect(signature).toHaveLength(64);
      expect(await crypto.verify(identity.publicKey, utf8('hello'), signature)).toBe(true);
      expect(await crypto.verify(identity.publicKey, utf8('hallo'), signature)).toBe(false);
      const other = await crypto.createIdentity();
      expect(other.peer).not.toBe(identity.peer);
      expect(await crypto.verify(other.publicKey, utf8('hello'), signature)).toBe(false);
    });

    it('[CR12] agrees on bytes that only the two sides can make, and on none with a key of low order', async () => {
      const make = () => crypto.createAgreement();
      const [a, b, c] = await Promise.all([make(), make(), make()]);
      const shared = await crypto.agree(a, b.publicKey);
      expect(shared).toHaveLength(32);
      expect(await crypto.agree(b, a.publicKey)).toEqual(shared);
      expect(await crypto.agree(a, c.publicKey)).not.toEqual(shared);
      expect(a.publicKey).not.toEqual(b.publicKey);
      for (const weak of [new Uint8Array(32), Uint8Array.of(1, ...new Uint8Array(31)), new Uint8Array(31)])
        expect(await crypto.agree(a, weak)).toBeUndefined();
    });

    it('[CR4] keeps private and sealing keys where nothing can read them', async () => {
      const identity = await crypto.createIdentity();
      expect((identity.privateKey as CryptoKey).extractable).toBe(false);
      const key = await crypto.importKey(crypto.random(32));
      expect((key.sealingKey as CryptoKey).extractable).toBe(false);
    });

    it('[CR5] verifies the signatures of RFC 8032', async () => {
      for (const { publicKey, message, signature } of signed)
        expect(await crypto.verify(hex(publicKey), hex(message), hex(signature))).toBe(true);
    });

    it('[CR6] answers false, and never throws, for keys and signatures that are none', async () => {
      const { publicKey, signature } = signed[0] ?? { publicKey: '', signature: '' };
      const key = hex(publicKey);
      const good = hex(signature);
      const message = new Uint8Array();
      for (const length of [0, 1, 31, 33, 64])
        expect(await crypto.verify(crypto.random(length), message, good)).toBe(false);
      for (const length of [0, 1, 63, 65])
        expect(await crypto.verify(key, message, crypto.random(length))).toBe(false);
      for (let i = 0; i < 32; i++)
        expect(await crypto.verify(crypto.random(32), message, crypto.random(64))).toBe(false);
      expect(await crypto.verify(new Uint8Array(32).fill(0xff), message, good)).toBe(false);
      // s ≥ L: the same signature written another way (RFC 8032 §5.1.7 step 1).
      expect(
        await crypto.verify(key, message, concatBytes(good.subarray(0, 32), new Uint8Array(32).fill(0xff))),
      ).toBe(false);
      for (let bit = 0; bit < 512; bit += 37) {
        const flipped = good.slice();
        flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        expect(await crypto.verify(key, message, flipped)).toBe(false);
      }
    });

    it('[CR7] derives as RFC 5869 says, with an empty salt and the label as info', async () => {
      const secret = new Uint8Array(22).fill(0x0b);
      expect(toHex(await crypto.derive(secret, '', 42))).toBe(
        '8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8',
      );
      expect(toHex(await crypto.derive(secret, 'shoal/room id', 32))).toBe(
        'd6a903fab21fc77dad4fe732af80a14463c6d3b51adecfe5e7944cb49ee3029b',
      );
    });

    it('[CR8] stretches a passphrase with scrypt, the same for each way of writing an accent', async () => {
      expect(toHex(await crypto.stretch('correct horse battery staple', utf8('shoal test salt')))).toBe(
        '724f79234ea48f5e87beeaadf43c000f5d3b83bfeca44a4ed32efcdb41f290e6',
      );
      const composed = '708081f065f0d8c7af069d251a4f437516eb0e95b9c908f7976853ae75745193';
      expect(toHex(await crypto.stretch('caf\u00e9', utf8('salt')))).toBe(composed);
      expect(toHex(await crypto.stretch('cafe\u0301', utf8('salt')))).toBe(composed);
    }, 60_000);

    it('[CR9] seals as NIST SP 800-38D says', async () => {
      const key = await crypto.importKey(hex(gcm.key));
      const sealed = await crypto.seal(key, hex(gcm.nonce), hex(gcm.data), hex(gcm.associated));
      expect(toHex(sealed)).toBe(gcm.sealed);
      const opened = await crypto.open(key, hex(gcm.nonce), sealed, hex(gcm.associated));
      expect(opened && toHex(opened)).toBe(gcm.data);
    });

    it('[CR10] opens nothing that was changed, cut or sealed under another key', async () => {
      const key = await crypto.importKey(crypto.random(32));
      const nonce = crypto.random(12);
      const sealed = await crypto.seal(key, nonce, utf8('bytes'), utf8('here'));
      expect(sealed).toHaveLength(5 + 16);
      const flipped = sealed.slice();
      flipped[0] = (flipped[0] ?? 0) ^ 1;
      expect(await crypto.open(key, nonce, flipped, utf8('here'))).toBeUndefined();
      expect(await crypto.open(key, nonce, sealed, utf8('there'))).toBeUndefined();
      expect(await crypto.open(key, crypto.random(12), sealed, utf8('here'))).toBeUndefined();
      for (const length of [0, 15, 16, 20])
        expect(await crypto.open(key, nonce, sealed.subarray(0, length), utf8('here'))).toBeUndefined();
      const other = await crypto.importKey(crypto.random(32));
      expect(await crypto.open(other, nonce, sealed, utf8('here'))).toBeUndefined();
      expect(await crypto.open(key, nonce, sealed, utf8('here'))).toEqual(utf8('bytes'));
    });

    it('[CR11] takes views into larger buffers and leaves its input as it was', async () => {
      const key = await crypto.importKey(crypto.random(32));
      const nonce = crypto.random(12);
      const all = crypto.random(64);
      const before = all.slice();
      const sealed = await crypto.seal(key, nonce, all.subarray(8, 40), new Uint8Array());
      expect(await crypto.open(key, nonce, sealed, new Uint8Array())).toEqual(before.slice(8, 40));
      expect(all).toEqual(before);
    });
  });
}
