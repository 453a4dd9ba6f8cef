/**
 * Which of the files chosen again is not the one that was shared, and how. The engine names it by its place in the list (`<why>:<index>`), so
 * that no name stands in a log; here, where the list is, it gets its name.
 */
import type { MessageId } from './words';

export interface Differs {
  /** The file's name, to be shown isolated; null: it cannot be told. */
  readonly name: string | null;
  /** The sentence about it, with a place for the name. */
  readonly how: MessageId;
  /** Names and sizes fit: these were meant to be the files. */
  readonly meant: boolean;
}

const ways: Readonly<Record<string, MessageId>> = {
  missing: 'room.differs-missing',
  size: 'room.differs-size',
  content: 'room.differs-content',
  touched: 'room.differs-touched',
};

export function differsOf(detail: string, paths: readonly string[]): Differs | null {
  const [why = '', index = ''] = detail.split(':');
  const how = ways[why];
  if (how === undefined || !Object.hasOwn(ways, why)) return null;
  return {
    name: paths[Number(index)]?.split('/').at(-1) ?? null,
    how,
    meant: why === 'content' || why === 'touched',
  };
}
