/**
 * Whose copies count. Announcing costs nothing, so a peer's chunks are counted (state.ts, Share.copies) once it was seen to hold what it
 * announces: a chunk of its was verified here, it announced a chunk after self had sent it all of it, or it passed an audit. PROTOCOL.md CL2. A peer may still lie
 * about the rest: that it can be made to give everything is known only when it has.
 */
import { blockCount } from '../../content/layout';
import type { Share, TransferLink, UploadRequest, View } from './state';

/** Chunks sent and not announced that are remembered per link. An honest peer announces each within a round trip and a hash. */
const unconfirmedKept = 64;

/** The peer holds this chunk too, by its own word. `view.bits` has it already. */
export function announced(link: TransferLink, share: Share, view: View, chunk: number): void {
  if (view.credible) share.copies.gained(chunk);
  else if (view.unconfirmed.has(chunk)) believe(link, share);
}

/** All of a request was sent. */
export function sent(
  link: TransferLink,
  { share, chunk, firstBlock, blockCount: blocks }: UploadRequest,
): void {
  const view = link.view(share);
  if (view.credible || view.bits.has(chunk)) return;
  if (firstBlock > 0 || blocks < blockCount(share.bytesOf(chunk))) return;
  view.unconfirmed.add(chunk);
  if (view.unconfirmed.size <= unconfirmedKept) return;
  for (const oldest of view.unconfirmed) return void view.unconfirmed.delete(oldest);
}

/** It holds what it says, as far as self can see: what it announced so far counts, and what it will announce. */
export function believe(link: TransferLink, share: Share): void {
  const view = link.view(share);
  if (view.credible) return;
  view.credible = true;
  view.unconfirmed.clear();
  share.credible.add(link.peer);
  view.bits.forEach((chunk) => share.copies.gained(chunk));
}

/** The peer does not hold this chunk any more, or never did. False: it had not said so. */
export function retracted(share: Share, view: View, chunk: number): boolean {
  if (!view.bits.remove(chunk)) return false;
  share.picker.lost(chunk, view);
  if (view.credible) share.copies.lost(chunk);
  return true;
}

/** Its link is gone, and its copies with it. */
export function gone(share: Share, view: View): void {
  if (view.credible) view.bits.forEach((chunk) => share.copies.lost(chunk));
}
