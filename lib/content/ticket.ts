/**
 * What the service worker needs to write files out of the chunk store without any page: kept in the 'tickets' collection under its id,
 * fetched as /_dl/<id>/<name>. Holds opaque keys, so it never leaves this profile.
 */
import type { ShareId } from '../base/ids';
import type { ChunkGeometry } from './layout';

export interface SaveSource {
  readonly share: ShareId;
  readonly geometry: ChunkGeometry;
  /** The share's AES-256-GCM key (a CryptoKey in browsers). */
  readonly key: { readonly sealingKey: unknown };
}

export interface SaveEntry {
  /** Index into `sources`. */
  readonly source: number;
  /** Already made safe and unique within the ticket (lib/content/names.ts). */
  readonly path: string;
  readonly type: string;
  /** Milliseconds since 1970. */
  readonly modified: number;
  /** The file's bytes are [start, start + bytes) of the share. */
  readonly start: number;
  readonly bytes: number;
}

export interface SaveTicket {
  readonly id: string;
  /** Safe file name of the download itself. */
  readonly name: string;
  readonly createdAt: number;
  readonly sources: readonly SaveSource[];
  /** One entry with kind 'file' is saved as itself, several (kind 'zip') as a ZIP with folders. */
  readonly kind: 'file' | 'zip';
  readonly entries: readonly SaveEntry[];
  /** Set by the service worker when the download ended well, taken back by a page that heard so. */
  readonly unheard?: boolean;
}

/** As SaveTicket, for one file that is shown in the page while it arrives. In the same collection, under its id. */
export interface WatchTicket {
  readonly id: string;
  readonly name: string;
  readonly createdAt: number;
  readonly kind: 'watch';
  readonly sources: readonly [SaveSource];
  readonly entries: readonly [SaveEntry];
}

/** Nonce of a chunk: its index as 12 big-endian bytes. Unique per share key, because a share's chunk is sealed once (design §4). */
export function chunkNonce(chunk: number): Uint8Array<ArrayBuffer> {
  const nonce = new Uint8Array(12);
  new DataView(nonce.buffer).setUint32(8, chunk);
  return nonce;
}

/** Associated data of a chunk: utf8(share id) ‖ index as 4 big-endian bytes, so that no chunk can stand in for another. */
export function chunkAssociatedData(share: ShareId, chunk: number): Uint8Array<ArrayBuffer> {
  const data = new Uint8Array(share.length + 4);
  for (let i = 0; i < share.length; i++) data[i] = share.charCodeAt(i);
  new DataView(data.buffer).setUint32(share.length, chunk);
  return data;
}
