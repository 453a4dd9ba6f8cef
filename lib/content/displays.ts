/**
 * Which files are shown in the page, and as what. Decides by the ending of the name alone, never by the type the publisher told: the answer
 * is the Content-Type that peer content gets on our own origin. A list of what may be: nothing on it can run a script in a page (no HTML, no
 * SVG, no XML), and `nosniff` holds browsers to it. A file that is not what its name says is a broken picture and nothing worse.
 * PROTOCOL.md SA60. Leaves out whether this browser can play it: codecs differ, the element says so.
 */

export type Display = 'video' | 'audio' | 'image' | 'pdf' | 'text';

export interface DisplayType {
  readonly display: Display;
  /** Content-Type. */
  readonly type: string;
}

/** More text than this is to be saved: a page that lays out megabytes of text stands still. Guess. */
export const maxTextBytes = 1024 * 1024;

/** Types by IANA's registry and the WHATWG MIME sniffing standard §6; 'video/x-matroska' is what browsers call Matroska. */
const types: Readonly<Record<Exclude<Display, 'text'>, Readonly<Record<string, string>>>> = {
  video: {
    mp4: 'video/mp4',
    m4v: 'video/mp4',
    mov: 'video/quicktime',
    webm: 'video/webm',
    mkv: 'video/x-matroska',
    ogv: 'video/ogg',
  },
  audio: {
    mp3: 'audio/mpeg',
    m4a: 'audio/mp4',
    m4b: 'audio/mp4',
    aac: 'audio/aac',
    ogg: 'audio/ogg',
    oga: 'audio/ogg',
    opus: 'audio/ogg',
    flac: 'audio/flac',
    wav: 'audio/wav',
    weba: 'audio/webm',
  },
  image: {
    png: 'image/png',
    apng: 'image/apng',
    jpg: 'image/jpeg',
    jpeg: 'image/jpeg',
    gif: 'image/gif',
    webp: 'image/webp',
    avif: 'image/avif',
    bmp: 'image/bmp',
  },
  pdf: { pdf: 'application/pdf' },
};

/** Sent as text/plain, whatever language it is written in. What a browser could take for a document of its own is left out all the same. */
const texts =
  /^(txt|text|md|markdown|log|nfo|csv|tsv|json|jsonl|ya?ml|toml|ini|conf|cfg|srt|vtt|ass|tex|bib|diff|patch|[ch]|cc|cpp|hpp|java|kt|rs|go|py|rb|pl|lua|sql|sh|bat|ps1|[cm]?[jt]s|[jt]sx|css|scss)$/;

/** undefined: saved only. `bytes`: of the file; an empty one has nothing to show. */
export function displayTypeOf(path: string, bytes: number): DisplayType | undefined {
  if (bytes <= 0) return undefined;
  const ending = /[^/.][^/]*\.([a-z0-9]{1,8})$/i.exec(path)?.[1]?.toLowerCase();
  if (ending === undefined) return undefined;
  if (texts.test(ending))
    return bytes <= maxTextBytes ? { display: 'text', type: 'text/plain; charset=utf-8' } : undefined;
  for (const display of ['video', 'audio', 'image', 'pdf'] as const) {
    const type = Object.hasOwn(types[display], ending) ? types[display][ending] : undefined;
    if (type !== undefined) return { display, type };
  }
  return undefined;
}
