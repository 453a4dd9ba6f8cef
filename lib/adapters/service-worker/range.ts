/** One byte range of RFC 9110 §14.1.2: what to answer to a `Range` header. Several ranges at once are legal to ignore, and are. */

export type RangeAnswer =
  /** No range, or one not understood: the whole. */
  | { readonly kind: 'whole' }
  /** Half-open. */
  | { readonly kind: 'part'; readonly start: number; readonly end: number }
  /** Nothing of it exists: 416. */
  | { readonly kind: 'none' };

export function answerRange(header: string | null, size: number): RangeAnswer {
  const [, first = '', last = ''] = /^bytes=\s*(\d*)-(\d*)\s*$/i.exec(header ?? '') ?? [];
  if (first === '' && last === '') return { kind: 'whole' };
  if (first === '') {
    const suffix = Math.min(Number(last), size);
    return suffix === 0 ? { kind: 'none' } : { kind: 'part', start: size - suffix, end: size };
  }
  const start = Number(first);
  if (last !== '' && Number(last) < start) return { kind: 'whole' };
  if (start >= size) return { kind: 'none' };
  return { kind: 'part', start, end: last === '' ? size : Math.min(Number(last) + 1, size) };
}
