/**
 * The security headers of every response, and the Content-Security-Policy of each page. PROTOCOL.md §2 (SV).
 * A static export cannot carry nonces, so each page's header names the SHA-256 of exactly the inline scripts and styles that page holds
 * (CSP Level 3 §6.7.2); nothing is 'unsafe-inline'. Leaves out: who serves what (static.ts).
 */
import { createHash } from 'node:crypto';

export interface PageHashes {
  readonly scripts: readonly string[];
  readonly styles: readonly string[];
  /** Of style attributes; those count only together with 'unsafe-hashes'. */
  readonly styleAttributes: readonly string[];
}

export const noHashes: PageHashes = { scripts: [], styles: [], styleAttributes: [] };

const attributes = String.raw`((?:\s+|/)(?:[^>"']|"[^"]*"|'[^']*')*)?`;
const scriptElement = new RegExp(`<script${attributes}>([\\s\\S]*?)</script\\s*>`, 'gi');
const styleElement = new RegExp(`<style${attributes}>([\\s\\S]*?)</style\\s*>`, 'gi');
const startTag = /<[a-z][^\s/>]*((?:\s+|\/)(?:[^>"']|"[^"]*"|'[^']*')*)>/gi;
const styleAttribute = /(?:^|\s)style\s*=\s*(?:"([^"]*)"|'([^']*)')/i;

/** Source expressions for everything inline in an exported page. */
export function pageHashes(html: string): PageHashes {
  // Parsers see line feeds only (HTML §13.2.3.5), and the hash is over what the parser sees.
  const text = html.replace(/\r\n?/g, '\n');
  const scripts = [...text.matchAll(scriptElement)].filter(([, attrs = '']) => !/\ssrc\s*=/i.test(attrs));
  const styles = [...text.matchAll(styleElement)];
  const markup = text.replace(scriptElement, '').replace(styleElement, '');
  const styleAttributes = [...markup.matchAll(startTag)].flatMap(([, attrs = '']) => {
    const found = styleAttribute.exec(attrs);
    const value = found?.[1] ?? found?.[2];
    return value === undefined || value === '' ? [] : [decodeEntities(value)];
  });
  return {
    scripts: hashes(scripts.map(([, , body = '']) => body)),
    styles: hashes(styles.map(([, , body = '']) => body)),
    styleAttributes: hashes(styleAttributes),
  };
}

/** `host`: the request's Host header, as sent. Named for browsers whose 'self' does not cover WebSockets (Safari before 15.4). */
export function contentSecurityPolicy(page: PageHashes, host: string | undefined): string {
  const sockets = host !== undefined && hostSource.test(host) ? ` ws://${host} wss://${host}` : '';
  const styleAttributes = page.styleAttributes.length > 0 ? [`'unsafe-hashes'`, ...page.styleAttributes] : [];
  return [
    `default-src 'none'`,
    ['script-src', `'self'`, ...page.scripts].join(' '),
    ['style-src', `'self'`, ...page.styles, ...styleAttributes].join(' '),
    `img-src 'self'`,
    `font-src 'self'`,
    `connect-src 'self'${sockets}`,
    `worker-src 'self' blob:`,
    `manifest-src 'self'`,
    // Downloads, and files shown while they arrive: media load inside such a frame, under its own policy, so the page itself needs none.
    `frame-src 'self'`,
    `object-src 'none'`,
    `base-uri 'none'`,
    `form-action 'none'`,
    `frame-ancestors 'none'`,
  ].join('; ');
}

/** A host-source of CSP: nothing that could end the directive or add a source. IPv6 literals have no place in its grammar. */
const hostSource = /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?$/i;

/** The same on every response. `https`: whether to pin browsers to https. */
export const fixedHeaders = (https: boolean): Readonly<Record<string, string>> => ({
  // The link's secret is in the fragment and never sent, but not even the path goes to other sites.
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy':
    'accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), ' +
    'usb=(), browsing-topics=(), clipboard-write=(self), fullscreen=(self), screen-wake-lock=(self)',
  ...(https ? { 'Strict-Transport-Security': 'max-age=31536000' } : {}),
});

const hashes = (texts: readonly string[]): string[] => [
  ...new Set(texts.map((text) => `'sha256-${createHash('sha256').update(text, 'utf8').digest('base64')}'`)),
];

const entities: Readonly<Record<string, string>> = {
  '&quot;': '"',
  '&#x27;': "'",
  '&#39;': "'",
  '&lt;': '<',
  '&gt;': '>',
  '&amp;': '&',
};

/** The references React writes into attributes; a style attribute is hashed as parsed. */
const decodeEntities = (text: string): string =>
  text.replace(/&(?:quot|#x27|#39|lt|gt|amp);/g, (entity) => entities[entity] ?? entity);
