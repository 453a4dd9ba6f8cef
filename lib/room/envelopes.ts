/**
 * Parcels sealed between this page's key and a neighbour's: AES-256-GCM under a key both can make (X25519, HKDF), both keys and the
 * conversation in the associated data. PROTOCOL.md §5 (NB). Nonces are random: two pages exchange a handful of parcels.
 */
import { concatBytes, toBase64Url } from '../base/bytes';
import type { SessionId } from '../base/ids';
import {
  decodeParcel,
  encodeParcel,
  parcelAssociatedData,
  parcelPurpose,
  type Parcel,
} from '../content/parcel';
import type { Agreement, Bytes, Crypto, SealingKey } from '../ports';

const gcmNonceBytes = 12;

export class Envelopes {
  private readonly keys = new Map<string, Promise<SealingKey | undefined>>();

  constructor(
    private readonly crypto: Crypto,
    private readonly own: Agreement,
  ) {}

  get publicKey(): Bytes {
    return this.own.publicKey;
  }

  /** undefined: nothing can be sealed to this key. */
  async seal(to: Uint8Array, session: SessionId, parcel: Parcel): Promise<Bytes | undefined> {
    const key = await this.keyWith(to);
    if (!key) return undefined;
    const nonce = this.crypto.random(gcmNonceBytes);
    const associated = parcelAssociatedData(this.own.publicKey, to, session);
    return concatBytes(nonce, await this.crypto.seal(key, nonce, encodeParcel(parcel), associated));
  }

  /** undefined: not from who has this key, not to self, not of this conversation, or no parcel. */
  async open(from: Uint8Array, session: SessionId, sealed: Uint8Array): Promise<Parcel | undefined> {
    if (sealed.length < gcmNonceBytes) return undefined;
    const key = await this.keyWith(from);
    if (!key) return undefined;
    const associated = parcelAssociatedData(from, this.own.publicKey, session);
    const data = sealed.subarray(gcmNonceBytes);
    const opened = await this.crypto.open(key, sealed.subarray(0, gcmNonceBytes), data, associated);
    return opened && decodeParcel(opened);
  }

  private keyWith(other: Uint8Array): Promise<SealingKey | undefined> {
    const name = toBase64Url(other);
    const known = this.keys.get(name);
    if (known) return known;
    const made = this.make(other);
    this.keys.set(name, made);
    return made;
  }

  private async make(other: Uint8Array): Promise<SealingKey | undefined> {
    const shared = await this.crypto.agree(this.own, other);
    return shared && this.crypto.importKey(await this.crypto.derive(shared, parcelPurpose, 32));
  }
}
