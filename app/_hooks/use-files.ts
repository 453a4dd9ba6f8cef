/** The file lists of a room's shares, fetched again when a share's filesVersion grows. */
import { useEffect, useState } from 'react';
import type { FileEntry, RoomSnapshot, ShareId } from '../../lib/index';
import { engineNow } from './engine';
import type { FileLists } from './selection';

const empty: FileLists = new Map();

export function useFiles(room: RoomSnapshot): FileLists {
  const [lists, setLists] = useState(empty);
  const { id } = room;
  // A string, so that the effect runs when a list changed and not five times a second.
  const versions = room.shares
    .map((share) => `${share.id} ${share.filesVersion} ${share.fileCount ?? '?'}`)
    .join('|');
  useEffect(() => {
    let current = true;
    const shares =
      versions === '' ? [] : versions.split('|').map((version) => version.split(' ')[0] as ShareId);
    void Promise.all(
      shares.map(async (share): Promise<[ShareId, readonly FileEntry[]]> => {
        // A share that vanished meanwhile has no list; its error stands in the snapshot.
        const files =
          (await engineNow()
            ?.files(id, share)
            .catch(() => undefined)) ?? [];
        return [share, files];
      }),
    ).then((found) => {
      if (current) setLists(new Map(found));
    });
    return () => {
      current = false;
    };
  }, [id, versions]);
  return lists;
}
