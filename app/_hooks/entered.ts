/**
 * What a person typed or pasted where the home page asks for a link, and what becomes of it. The one place that tells kinds apart: whatever
 * else may be entered some day is one more kind here. Loads the engine's reading of links when it is asked.
 */
import type { ShoalErrorCode } from '../../lib/index';

export type Entered =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'link'; readonly key: string }
  /** A link of another server: it opens there, not here. */
  | { readonly kind: 'elsewhere'; readonly host: string }
  | { readonly kind: 'wrong'; readonly code: ShoalErrorCode };

/** Rejects when what is needed to read it cannot be loaded. */
export async function readEntered(text: string): Promise<Entered> {
  if (text.trim() === '') return { kind: 'nothing' };
  const { encodeLinkKey, parseLink } = await import('../../lib/index');
  const read = parseLink(text);
  if (!read.ok) return { kind: 'wrong', code: read.error };
  const host = otherHost(text.trim());
  return host === null ? { kind: 'link', key: encodeLinkKey(read.value) } : { kind: 'elsewhere', host };
}

function otherHost(text: string): string | null {
  const address = /https?:\/\/[^\s#]+/i.exec(text)?.[0];
  if (address === undefined || !URL.canParse(address)) return null;
  const { origin, host } = new URL(address);
  return origin === location.origin ? null : host;
}
