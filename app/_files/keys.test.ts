/** Rule [UI144]: the keys of the list. */
import { describe, expect, it } from 'vitest';
import { actionOf, typedTo, type Position, type Pressed } from './keys';

// a (open): a/b (closed), file 0; file 1
const position: Position = {
  rows: [-1, -2, 0, 1],
  at: 0,
  open: new Set([1]),
  parentOf: (row) => ({ '-2': 1, 0: 1 })[String(row)] ?? 0,
  rightToLeft: false,
  page: 2,
};
const press = (key: string, change: Partial<Pressed & Position> = {}) => {
  const { shift = false, ctrl = false, alt = false, ...rest } = change;
  return actionOf({ key, shift, ctrl, alt }, { ...position, ...rest });
};
const move = (to: number, extend = false) => ({ kind: 'move', to, extend });

describe('actionOf', () => {
  it('[UI144] moves by rows, pages and to the ends, and stays within', () => {
    expect([press('ArrowDown'), press('ArrowUp'), press('End'), press('Home', { at: 3 })]).toEqual([
      move(1),
      move(0),
      move(3),
      move(0),
    ]);
    expect([press('PageDown'), press('PageUp', { at: 3 }), press('PageDown', { at: 3 })]).toEqual([
      move(2),
      move(1),
      move(3),
    ]);
    expect(press('ArrowDown', { at: 3 })).toEqual(move(3));
  });

  it('[UI144] opens, goes in, closes and goes out sideways, the other way round where text runs from the right', () => {
    expect(press('ArrowRight')).toEqual(move(1));
    expect(press('ArrowRight', { at: 1 })).toEqual({ kind: 'open', folder: 2 });
    expect(press('ArrowRight', { at: 2 })).toBeUndefined();
    expect(press('ArrowLeft')).toEqual({ kind: 'close', folder: 1 });
    expect(press('ArrowLeft', { at: 1 })).toEqual(move(0));
    expect(press('ArrowLeft', { at: 2 })).toEqual(move(0));
    expect(press('ArrowLeft', { at: 3 })).toBeUndefined();
    expect(press('ArrowLeft', { rightToLeft: true, at: 1 })).toEqual({ kind: 'open', folder: 2 });
    expect(press('ArrowRight', { rightToLeft: true })).toEqual({ kind: 'close', folder: 1 });
  });

  it('[UI144] ticks, extends, ticks all, acts, opens what stands beside, and types', () => {
    expect(press(' ')).toEqual({ kind: 'tick', range: false });
    expect(press(' ', { shift: true })).toEqual({ kind: 'tick', range: true });
    expect(press('ArrowDown', { shift: true })).toEqual(move(1, true));
    expect(press('a', { ctrl: true })).toEqual({ kind: 'tick-all' });
    expect(press('Enter')).toEqual({ kind: 'act' });
    expect(press('*')).toEqual({ kind: 'open-beside' });
    expect(press('é')).toEqual({ kind: 'type', letter: 'é' });
    expect(press('End', { ctrl: true, shift: true })).toEqual(move(3, true));
  });

  it('[UI144] leaves everything else to the browser', () => {
    for (const key of ['Tab', 'Escape', 'F5', 'Shift']) expect(press(key)).toBeUndefined();
    expect(press('ArrowLeft', { alt: true })).toBeUndefined();
    expect(press('c', { ctrl: true })).toBeUndefined();
    expect(press('ArrowDown', { rows: [] })).toBeUndefined();
  });
});

describe('typedTo', () => {
  const names = ['apple', 'Banana', 'avocado', 'Äther', 'blue'];
  const to = (typed: string, at: number) => typedTo(typed, names.length, at, (i) => names[i]!);

  it('[UI144] goes to the next that begins so, round the end, whatever case and accents', () => {
    expect(to('b', 0)).toBe(1);
    expect(to('b', 1)).toBe(4);
    expect(to('b', 4)).toBe(1);
    expect(to('av', 0)).toBe(2);
    expect(to('at', 0)).toBe(3);
    expect(to('aa', 0)).toBe(2);
    expect(to('ap', 0)).toBe(0);
    expect(to('x', 0)).toBe(-1);
    expect(to('a', 3)).toBe(0);
    expect(typedTo('a', 1, 0, () => 'alone')).toBe(0);
  });
});
