/**
 * How shares become known: headers are told to every link, checked (signature, share id, who may publish), then the sealed catalog is
 * fetched in parts from whoever told the header, which says that it has the catalog. Also the room's policy. PROTOCOL.md SH.
 */
import { concatBytes, equalBytes, toBase64Url } from '../base/bytes';
import { idBytes, type SessionId, type ShareId } from '../base/ids';
import {
  decodeHeader,
  encodeHeader,
  headerSigningBytes,
  shareIdPreimage,
  type Header,
} from '../content/header';
import { decodePolicy, encodePolicy, policySigningBytes, supersedes, type Policy } from '../content/policy';
import { limits, type MessageOf } from '../wire/messages';
import type { Bytes } from '../ports';
import type { DriverContext } from './context';
import type { Link, Links } from './links';
import { openCatalog, ShareEntry, type Publisher } from './share-entry';

interface Fetch {
  readonly session: SessionId;
  /** In order. Only what has come takes memory: a header may promise much more than ever follows. */
  readonly parts: Uint8Array[];
  received: number;
  /** Stops the clock that runs until the next part. */
  cancelWait: () => void;
}

/** Catalogs fetched at once; others wait. A member may announce many large ones, and each may take 64 MiB while it comes. */
const parallelFetches = 2;
/** A part of at most 64 KiB takes no longer from a peer that means to send it (guess: a slow phone that is also busy with chunks). */
const partMs = 10_000;

/** What the catalogs tell the driver. */
export interface CatalogEvents {
  added(entry: ShareEntry): Promise<void>;
  catalogKnown(entry: ShareEntry): Promise<void>;
  policyChanged(encoded: Bytes): Promise<void>;
}

export class Catalogs {
  private readonly fetches = new Map<ShareId, Fetch>();
  /** Links that said they know a share: who can be asked for its catalog. */
  private readonly knowers = new Map<ShareId, Set<SessionId>>();
  /** Checking is asynchronous; one message after the other keeps a header from being added twice. */
  private checking = Promise.resolve();
  policy: Policy | null = null;

  constructor(
    private readonly context: DriverContext,
    private readonly links: Links,
    private readonly events: CatalogEvents,
  ) {}

  get othersMayAdd(): boolean {
    return this.policy?.othersMayAdd ?? true;
  }

  linkUp(link: Link): void {
    this.tell(link.session, [...this.context.shares.values()]);
  }

  linkDown(session: SessionId): void {
    for (const set of this.knowers.values()) set.delete(session);
    for (const [share, fetch] of [...this.fetches]) if (fetch.session === session) this.drop(share);
    this.fetchNext();
  }

  /** Tells every link of a share of our own, or one whose catalog has just come. */
  tellAll(entry: ShareEntry): void {
    for (const link of this.links.all()) {
      if (!this.knowers.get(entry.id)?.has(link.session)) this.tell(link.session, [entry]);
    }
  }

  message(link: Link, message: MessageOf<'shares' | 'catalogRequest' | 'catalogPart'>): void {
    switch (message.type) {
      case 'shares':
        this.checking = this.checking
          .then(() => this.take(link, message))
          .catch(() => this.context.ports.log.write('shares-failed'));
        return;
      case 'catalogRequest': {
        const sealed = this.context.shares.get(message.share)?.sealedCatalog;
        if (!sealed || message.offset >= sealed.length) return;
        const bytes = sealed.subarray(message.offset, message.offset + limits.catalogPartBytes);
        this.links.send(link.session, {
          type: 'catalogPart',
          share: message.share,
          offset: message.offset,
          bytes,
        });
        return;
      }
      case 'catalogPart':
        return this.part(link, message);
    }
  }

  /** Signs and spreads a new policy. Only the room's creator's counts. */
  async setPolicy(othersMayAdd: boolean): Promise<void> {
    const { identity, keys, ports } = this.context;
    const unsigned = {
      room: keys.room,
      sequence: (this.policy?.sequence ?? 0) + 1,
      othersMayAdd,
      publisherKey: identity.publicKey,
    };
    const signature = await ports.crypto.sign(identity, policySigningBytes(unsigned));
    this.policy = { ...unsigned, signature };
    await this.events.policyChanged(encodePolicy(this.policy));
    for (const link of this.links.all()) this.tell(link.session, []);
  }

  /** A share kept from earlier whose catalog never came whole. */
  resume(entry: ShareEntry): void {
    if (!entry.catalog) this.fetchNext();
  }

  /** Whoever tells a header can be asked for the catalog, so one that is still on its way here is not told of. */
  private tell(session: SessionId, entries: readonly ShareEntry[]): void {
    const policy = this.policy && encodePolicy(this.policy);
    const whole = entries.filter(({ sealedCatalog }) => sealedCatalog !== null);
    for (let i = 0; i === 0 || i < whole.length; i += limits.headersPerMessage) {
      const headers = whole.slice(i, i + limits.headersPerMessage).map((entry) => entry.headerBytes);
      this.links.send(session, { type: 'shares', headers, policy });
    }
  }

  private async take(link: Link, message: MessageOf<'shares'>): Promise<void> {
    if (message.policy && !(await this.takePolicy(message.policy))) {
      this.breach(link);
      return;
    }
    for (const bytes of message.headers) {
      const decoded = decodeHeader(bytes);
      if (!decoded.ok) {
        this.breach(link);
        return;
      }
      const header = decoded.value;
      const known = this.context.shares.get(header.share);
      if (known && equalBytes(known.headerBytes, bytes)) {
        this.know(header.share, link.session);
        continue;
      }
      if (!(await this.holds(header))) {
        this.breach(link);
        return;
      }
      if (known) {
        // Two signed headers of one share: its publisher lies, and whoever passed them on is not to blame.
        this.context.distrust(known);
        continue;
      }
      const publisher = await this.publisherOf(header);
      if (publisher === 'other' && !this.othersMayAdd) continue;
      if (this.context.shares.size >= limits.sharesPerRoom) continue;
      this.know(header.share, link.session);
      const entry = new ShareEntry(header, encodeHeader(header), publisher);
      await this.events.added(entry);
      this.fetchNext();
    }
  }

  private async takePolicy(bytes: Uint8Array): Promise<boolean> {
    const decoded = decodePolicy(bytes);
    if (!decoded.ok || decoded.value.room !== this.context.keys.room) return false;
    const policy = decoded.value;
    if (!supersedes(policy, this.policy ?? undefined)) return true;
    const { crypto } = this.context.ports;
    if ((await this.context.peerOf(policy.publisherKey)) !== this.context.keys.creator) return false;
    if (!(await crypto.verify(policy.publisherKey, policySigningBytes(policy), policy.signature)))
      return false;
    this.policy = policy;
    await this.events.policyChanged(encodePolicy(policy));
    for (const link of this.links.all()) this.tell(link.session, []);
    return true;
  }

  private async holds(header: Header): Promise<boolean> {
    const { crypto } = this.context.ports;
    const id = toBase64Url(
      (await crypto.sha256(shareIdPreimage(header.publisherKey, header.nonce))).subarray(0, idBytes),
    );
    return (
      id === header.share && crypto.verify(header.publisherKey, headerSigningBytes(header), header.signature)
    );
  }

  private async publisherOf(header: Header): Promise<Publisher> {
    const peer = await this.context.peerOf(header.publisherKey);
    if (peer === this.context.identity.peer) return 'self';
    return peer === this.context.keys.creator ? 'creator' : 'other';
  }

  private know(share: ShareId, session: SessionId): void {
    const set = this.knowers.get(share);
    if (set) set.add(session);
    else this.knowers.set(share, new Set([session]));
    this.fetchNext();
  }

  /** Starts what may be started: catalogs that lack and that a linked peer knows. */
  private fetchNext(): void {
    for (const entry of this.context.shares.values()) {
      if (this.fetches.size >= parallelFetches) return;
      if (entry.catalog || entry.error || this.fetches.has(entry.id)) continue;
      const session = [...(this.knowers.get(entry.id) ?? [])].find((id) => this.links.get(id));
      if (!session) continue;
      this.fetches.set(entry.id, {
        session,
        parts: [],
        received: 0,
        cancelWait: this.waitFor(entry.id, session),
      });
      this.links.send(session, { type: 'catalogRequest', share: entry.id, offset: 0 });
    }
  }

  /** A peer that sends nothing holds nobody up: the next one is asked, and it again when there is no other. */
  private waitFor(share: ShareId, session: SessionId): () => void {
    const { clock } = this.context.ports;
    return clock.at(clock.now() + partMs, () => {
      this.context.ports.log.write('catalog-late');
      this.drop(share);
      const set = this.knowers.get(share);
      if (set?.delete(session)) set.add(session);
      this.fetchNext();
    });
  }

  private drop(share: ShareId): void {
    this.fetches.get(share)?.cancelWait();
    this.fetches.delete(share);
  }

  private part(link: Link, message: MessageOf<'catalogPart'>): void {
    const fetch = this.fetches.get(message.share);
    const entry = this.context.shares.get(message.share);
    if (!fetch || !entry || fetch.session !== link.session || message.offset !== fetch.received) return;
    const { catalogBytes } = entry.header;
    if (message.bytes.length === 0 || fetch.received + message.bytes.length > catalogBytes) {
      return this.breach(link);
    }
    fetch.parts.push(message.bytes);
    fetch.received += message.bytes.length;
    fetch.cancelWait();
    if (fetch.received < catalogBytes) {
      fetch.cancelWait = this.waitFor(message.share, link.session);
      this.links.send(link.session, { type: 'catalogRequest', share: message.share, offset: fetch.received });
      return;
    }
    this.fetches.delete(message.share);
    const done = this.complete(link, entry, concatBytes(...fetch.parts)).then(() => this.fetchNext());
    this.context.background('catalog', done);
  }

  private async complete(link: Link, entry: ShareEntry, sealed: Bytes): Promise<void> {
    const { crypto } = this.context.ports;
    if (!equalBytes(await crypto.sha256(sealed), entry.header.catalogHash)) {
      this.knowers.get(entry.id)?.delete(link.session);
      this.breach(link);
      return;
    }
    if (await openCatalog(entry, sealed, crypto, this.context.keys.catalog)) {
      await this.events.catalogKnown(entry);
      this.tellAll(entry);
      return;
    }
    // Signed by the publisher, and yet not what it says: nobody else has a better one.
    this.context.distrust(entry);
  }

  private breach(link: Link): void {
    this.context.feed({ kind: 'link-breach', session: link.session, reason: 'bad-header' });
  }
}
