/**
 * What a key does in the list, by the treegrid pattern of the ARIA Authoring Practices with the row as what has the focus: a tree's keys, and the
 * selection keys of a list. Pure: answers what is to happen, the component does it. PROTOCOL.md UI144. Leaves out Tab, which is the browser's.
 */
import { fold } from './search';
import { folderOfRow, type Row } from './rows';

export interface Pressed {
  readonly key: string;
  readonly shift: boolean;
  readonly ctrl: boolean;
  readonly alt: boolean;
}

export interface Position {
  readonly rows: readonly Row[];
  /** Where the focus is. */
  readonly at: number;
  readonly open: ReadonlySet<number>;
  readonly parentOf: (row: Row) => number;
  /** Search results have no folders to open, and right-to-left pages turn the arrows round. */
  readonly rightToLeft: boolean;
  /** Rows in sight at once. */
  readonly page: number;
}

export type Action =
  | { readonly kind: 'move'; readonly to: number; readonly extend: boolean }
  | { readonly kind: 'open' | 'close'; readonly folder: number }
  | { readonly kind: 'open-beside' }
  | { readonly kind: 'tick'; readonly range: boolean }
  | { readonly kind: 'tick-all' }
  /** Enter: a folder opens or closes, a file is shown. */
  | { readonly kind: 'act' }
  | { readonly kind: 'type'; readonly letter: string };

/** undefined: not ours, the browser may have it. */
export function actionOf(pressed: Pressed, position: Position): Action | undefined {
  const { key, shift, ctrl, alt } = pressed;
  const { rows, at, page } = position;
  if (alt || rows.length === 0) return undefined;
  if (ctrl) {
    if (key.toLowerCase() === 'a' && !shift) return { kind: 'tick-all' };
    return key === 'Home' || key === 'End' ? jump(key, rows.length, shift) : undefined;
  }
  const to = (index: number): Action => ({
    kind: 'move',
    to: Math.max(0, Math.min(rows.length - 1, index)),
    extend: shift,
  });
  switch (key) {
    case 'ArrowDown':
      return to(at + 1);
    case 'ArrowUp':
      return to(at - 1);
    case 'PageDown':
      return to(at + page);
    case 'PageUp':
      return to(at - page);
    case 'Home':
    case 'End':
      return jump(key, rows.length, shift);
    case 'ArrowRight':
    case 'ArrowLeft':
      return shift ? undefined : sideways((key === 'ArrowRight') !== position.rightToLeft, position);
    case ' ':
      return { kind: 'tick', range: shift };
    case 'Enter':
      return { kind: 'act' };
    case '*':
      return { kind: 'open-beside' };
    default:
      return Array.from(key).length === 1 ? { kind: 'type', letter: key } : undefined;
  }
}

const jump = (key: 'Home' | 'End', rows: number, extend: boolean): Action => ({
  kind: 'move',
  to: key === 'Home' ? 0 : rows - 1,
  extend,
});

function sideways(inwards: boolean, { rows, at, open, parentOf }: Position): Action | undefined {
  const row = rows[at];
  if (row === undefined) return undefined;
  const folder = folderOfRow(row);
  if (inwards) {
    if (folder === 0) return undefined;
    return open.has(folder)
      ? { kind: 'move', to: Math.min(at + 1, rows.length - 1), extend: false }
      : { kind: 'open', folder };
  }
  if (folder > 0 && open.has(folder)) return { kind: 'close', folder };
  const parent = parentOf(row);
  const above = parent > 0 ? rows.lastIndexOf(-parent, at) : -1;
  return above < 0 ? undefined : { kind: 'move', to: above, extend: false };
}

/**
 * The next row whose name begins with what was typed; from the present one on while more is typed, behind it for a first letter and for one letter
 * typed again and again. -1: none.
 */
export function typedTo(typed: string, count: number, at: number, nameAt: (index: number) => string): number {
  const letters = Array.from(fold(typed));
  const same = letters.every((letter) => letter === letters[0]);
  const wanted = same ? (letters[0] ?? '') : letters.join('');
  if (wanted === '') return -1;
  for (let step = same ? 1 : 0; step < count + (same ? 1 : 0); step++) {
    const index = (at + step) % count;
    // Long enough for what was typed, whatever folding makes of it.
    if (fold(nameAt(index).slice(0, 4 * wanted.length + 4)).startsWith(wanted)) return index;
  }
  return -1;
}
