/** Which of the stored rooms a person looks for: by who made them, by name. Pure. */
import type { StoredRoom } from '../../lib/index';

export type Filter = 'all' | 'sent' | 'received';

/** Case and accents do not matter; each word must be there, in any order. */
export function isListed(
  { role, title }: Pick<StoredRoom, 'role' | 'title'>,
  filter: Filter,
  search: string,
): boolean {
  if (filter !== 'all' && (role === 'creator') !== (filter === 'sent')) return false;
  const name = plain(title);
  return plain(search)
    .split(/\s+/)
    .every((word) => name.includes(word));
}

const plain = (text: string): string => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().trim();
