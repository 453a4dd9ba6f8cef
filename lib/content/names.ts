/**
 * Makes names that peers supplied safe to write to a disk: one component, a path, and a whole list without clashes. Rules: Windows "Naming
 * Files, Paths, and Namespaces", RFC 3629 lengths, and the cases collected in research/pitfalls.md 5.11 (alternate streams, device names,
 * text that runs backwards, lost Mark-of-the-Web). Pure; applying a rule twice changes nothing. Leaves out what lies on the disk already:
 * whoever writes there asks for `foldedName` and `numberedName`.
 */

/** Every common file system takes 255 bytes or units; the rest is for what browsers append while downloading. */
export const maxNameBytes = 200;
/** A longer "extension" is no extension but a sentence with a dot in it. */
const maxExtensionBytes = 24;
/** Room for " (2147483647)": a number is put where this many bytes were kept free. */
const numberBytes = 13;

/**
 * Separators and reserved on Windows; controls, format characters (bidirectional, zero width, tags), line separators, lone surrogates, and
 * what else is drawn as nothing (Unicode's Default_Ignorable_Code_Point, with its places not given away yet), or two names would look like
 * one. Variation selectors stay: they make a picture of a heart, and follow what they change.
 */
const dropped = /[\\/:*?"<>|\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]|(?!\p{VS})\p{DI}/gu;
/** What Windows takes for a device whatever follows the first dot, spaces before the dot included. */
const device = /^(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³]) *(?:\.|$)/i;

/** One file name: no separators, never empty, "." or "..", at most maxNameBytes of UTF-8, extension kept. Same text in, same text out. */
export const safeName = (name: string): string => cleaned(name) || 'file';

/**
 * A relative path of safe names joined by '/'. Segments that would climb, stay or name a root ('..', '.', empty) are dropped, so the result
 * lies below the folder it is written to, whatever came in.
 */
export function safePath(path: string): string {
  return (
    path
      .split('/')
      .map(cleaned)
      .filter((segment) => segment !== '')
      .join('/') || 'file'
  );
}

/**
 * Safe paths in the given order, no two of which meet on a file system that ignores case, and none of which is a folder of another. The
 * first of equal names keeps its own; the others are numbered: "a.txt", "a (2).txt". Linear in the number of paths.
 */
export function uniquePaths(paths: readonly string[]): string[] {
  const safe = paths.map(safePath);
  const taken = new Set<string>();
  for (const path of safe)
    for (let end = path.indexOf('/'); end >= 0; end = path.indexOf('/', end + 1))
      taken.add(foldedName(path.slice(0, end)));

  // First pass: names as they are, so that numbering one never displaces another that came with that very number.
  const kept = safe.map((path) => {
    const key = foldedName(path);
    if (taken.has(key)) return false;
    taken.add(key);
    return true;
  });
  const counters = new Map<string, number>();
  return safe.map((path, i) => {
    if (kept[i]) return path;
    const slash = path.lastIndexOf('/') + 1;
    const folder = path.slice(0, slash);
    const name = path.slice(slash);
    // Counted by what stands before the number: long names that differ only where they are cut share one count.
    const counter = foldedName(folder + numberedName(name, 0));
    for (let number = counters.get(counter) ?? 2; ; number++) {
      const candidate = folder + numberedName(name, number);
      const key = foldedName(candidate);
      if (taken.has(key)) continue;
      taken.add(key);
      counters.set(counter, number + 1);
      return candidate;
    }
  });
}

/** "a.txt" and 2 to "a (2).txt", of safe length when `name` is. */
export function numberedName(name: string, number: number): string {
  const [stem, extension] = parted(name);
  return `${cut(stem, maxNameBytes - utf8Bytes(extension) - numberBytes)} (${number})${extension}`;
}

/** Two names with equal keys may be one file on Windows or macOS. */
export const foldedName = (path: string): string => path.toUpperCase().toLowerCase().normalize('NFC');

/** As safeName, but '' for a name of which nothing is left. */
function cleaned(name: string): string {
  // Normalised last: dropping what stood between two characters may let them compose.
  const trimmed = trim(name.replace(dropped, '').normalize('NFC'));
  const named = device.test(trimmed) ? `_${trimmed}` : trimmed;
  if (utf8Bytes(named) <= maxNameBytes) return named;
  const [stem, extension] = parted(named);
  return trim(cut(stem, maxNameBytes - utf8Bytes(extension)) + extension);
}

/**
 * Without white space at the ends and dots at the end: Windows drops those silently, so "a" and "a." would be one file there. Without
 * variation selectors that follow nothing.
 */
function trim(name: string): string {
  let end = name.length;
  while (end > 0 && /[.\s]/u.test(name.charAt(end - 1))) end--;
  return name.slice(0, end).replace(/^[\s\p{VS}]+/u, '');
}

/** Stem and extension with its dot; a leading dot starts no extension. */
function parted(name: string): [stem: string, extension: string] {
  const dot = name.lastIndexOf('.');
  const extension = dot > 0 ? name.slice(dot) : '';
  return extension === '' || utf8Bytes(extension) > maxExtensionBytes
    ? [name, '']
    : [name.slice(0, dot), extension];
}

/** The longest prefix of whole code points within `bytes` of UTF-8. */
function cut(text: string, bytes: number): string {
  let used = 0;
  let end = 0;
  for (const character of text) {
    used += codePointBytes(character.codePointAt(0) ?? 0);
    if (used > bytes) return text.slice(0, end);
    end += character.length;
  }
  return text;
}

function utf8Bytes(text: string): number {
  let bytes = 0;
  for (const character of text) bytes += codePointBytes(character.codePointAt(0) ?? 0);
  return bytes;
}

const codePointBytes = (code: number): number =>
  code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
