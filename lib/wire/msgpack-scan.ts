/**
 * Looks over MessagePack bytes before the library's decoder sees them. The decoder allocates an array as long as its header announces
 * before it knows whether the elements are there, so nested headers of 3 bytes could claim gigabytes; after this scan every announced
 * element is known to exist, and decoding allocates in proportion to the frame. PROTOCOL.md §3 (WR).
 * Narrower than MessagePack on purpose: no floats, 64-bit integers or extensions, map keys are short strings. Leaves out meaning.
 */

export interface ScanBounds {
  /** Containers within containers; the outermost is 1. */
  readonly depth: number;
  /** Elements of one array. */
  readonly arrayLength: number;
  /** UTF-8 bytes of one string. */
  readonly stringBytes: number;
  /** Bytes of one binary value. */
  readonly binaryBytes: number;
}

export type ScanFault =
  'truncated' | 'trailing' | 'too-deep' | 'too-long' | 'bad-key' | 'bad-text' | 'bad-type';

const utf8 = new TextDecoder('utf-8', { fatal: true });

interface Container {
  readonly isMap: boolean;
  /** Values still to come; in a map each key and each value counts. */
  left: number;
}

/** Why `bytes` is not exactly one map within `bounds`; undefined when it is. Reads each byte at most once and allocates next to nothing. */
export function scanMap(bytes: Uint8Array, bounds: ScanBounds): ScanFault | undefined {
  const first = bytes[0];
  if (first === undefined) return 'truncated';
  if (!isFixMap(first)) return 'bad-type';
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const open: Container[] = [];
  let at = 0;
  do {
    const head = bytes[at];
    if (head === undefined) return 'truncated';
    const inner = open.at(-1);
    if (inner?.isMap && inner.left % 2 === 0 && !isFixString(head)) return 'bad-key';
    if (inner) inner.left--;

    const header = headerBytes(head);
    if (header === 0) return 'bad-type';
    if (at + header > bytes.length) return 'truncated';
    const length = lengthOf(view, at, head);
    at += header;

    if (isFixMap(head) || isArray(head)) {
      const isMap = isFixMap(head);
      if (open.length === bounds.depth) return 'too-deep';
      if (!isMap && length > bounds.arrayLength) return 'too-long';
      open.push({ isMap, left: isMap ? 2 * length : length });
    } else if (length > 0) {
      const isText = isString(head);
      if (length > (isText ? bounds.stringBytes : bounds.binaryBytes)) return 'too-long';
      if (length > bytes.length - at) return 'truncated';
      if (isText && !isUtf8(bytes.subarray(at, at + length))) return 'bad-text';
      at += length;
    }
    while (open.at(-1)?.left === 0) open.pop();
  } while (open.length > 0);
  return at === bytes.length ? undefined : 'trailing';
}

const isFixMap = (head: number): boolean => head >= 0x80 && head <= 0x8f;
const isFixString = (head: number): boolean => head >= 0xa0 && head <= 0xbf;
const isString = (head: number): boolean => isFixString(head) || (head >= 0xd9 && head <= 0xdb);
const isArray = (head: number): boolean => (head >= 0x90 && head <= 0x9f) || head === 0xdc || head === 0xdd;

/** Bytes of the type byte with the number or length that follows it; 0 for a type that has no place here. */
function headerBytes(head: number): number {
  if (head <= 0xbf || head >= 0xe0) return 1;
  switch (head) {
    case 0xc0: // nil
    case 0xc2: // false
    case 0xc3: // true
      return 1;
    case 0xc4: // bin 8
    case 0xcc: // uint 8
    case 0xd0: // int 8
    case 0xd9: // str 8
      return 2;
    case 0xc5: // bin 16
    case 0xcd: // uint 16
    case 0xd1: // int 16
    case 0xda: // str 16
    case 0xdc: // array 16
      return 3;
    case 0xc6: // bin 32
    case 0xce: // uint 32
    case 0xd2: // int 32
    case 0xdb: // str 32
    case 0xdd: // array 32
      return 5;
    default:
      return 0;
  }
}

/** Announced elements, pairs or bytes; 0 for a value that is whole with its header. The header itself must be there. */
function lengthOf(view: DataView, at: number, head: number): number {
  if (isFixString(head)) return head & 0x1f;
  if (head >= 0x80 && head <= 0x9f) return head & 0x0f;
  switch (head) {
    case 0xc4:
    case 0xd9:
      return view.getUint8(at + 1);
    case 0xc5:
    case 0xda:
    case 0xdc:
      return view.getUint16(at + 1);
    case 0xc6:
    case 0xdb:
    case 0xdd:
      return view.getUint32(at + 1);
    default:
      return 0;
  }
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    utf8.decode(bytes);
    return true;
  } catch {
    return false;
  }
}
