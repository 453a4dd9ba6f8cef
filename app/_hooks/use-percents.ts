/** How far each file of a share is: from the snapshot for shares of few files, else asked for once a second while it moves. Null: not known. */
import { useEffect, useState } from 'react';
import type { RoomSnapshot, ShareSnapshot } from '../../lib/index';
import { engineNow } from './engine';

const everyMs = 1000;

export function usePercents(room: RoomSnapshot, share: ShareSnapshot): ArrayLike<number> | null {
  const [asked, setAsked] = useState<ArrayLike<number> | null>(null);
  const { filePercent, publisher, chosen, fileCount } = share;
  const wanted = filePercent === null && publisher !== 'self' && chosen !== null && fileCount !== null;
  const moves = room.state === 'transferring';
  useEffect(() => {
    if (!wanted) return undefined;
    let current = true;
    const ask = async (): Promise<void> => {
      const percents = await engineNow()?.filePercents(room.id, share.id);
      if (current && percents) setAsked(percents);
    };
    // A room that is gone has no percents; its error stands in the snapshot.
    const look = (): void => void ask().catch(() => undefined);
    look();
    const timer = moves ? setInterval(look, everyMs) : undefined;
    return () => {
      current = false;
      clearInterval(timer);
    };
  }, [wanted, moves, room.id, share.id]);
  return filePercent ?? asked;
}
