/**
 * The map of chunks of what somebody looks at: asked for while the view is open, not paused and in sight, again when the answer is here and
 * `everyMs` passed (PROTOCOL UI106). Nothing is asked of the engine else.
 */
import { useEffect, useRef, useState } from 'react';
import type { ChunkMap, ChunkMapWish, RoomId } from '../../lib/index';
import { engineNow } from './engine';

/** `wish` null: nothing is asked, and what was last seen stays. */
export function useChunkMap(room: RoomId, wish: ChunkMapWish | null, everyMs: number): ChunkMap | null {
  const [map, setMap] = useState<{ readonly share: string; readonly map: ChunkMap } | null>(null);
  const askedAt = useRef(-Infinity);
  const answered = useRef(false);
  const asked = wish && JSON.stringify(wish);
  useEffect(() => {
    if (asked === null) return undefined;
    const asking = JSON.parse(asked) as ChunkMapWish;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let current = true;
    const later = (): void => {
      timer = setTimeout(() => void ask(), Math.max(0, askedAt.current + everyMs - performance.now()));
    };
    const ask = async (): Promise<void> => {
      askedAt.current = performance.now();
      // A share or room that went meanwhile has no map; the snapshot says so.
      const answer = document.hidden
        ? undefined
        : await engineNow()
            ?.chunkMap(room, asking)
            .catch(() => undefined);
      if (!current) return;
      if (answer) {
        answered.current = true;
        setMap({ share: asking.share, map: answer });
      }
      later();
    };
    later();
    return () => {
      current = false;
      clearTimeout(timer);
      // A view that opens learns bit by bit what it wants to see; whoever looks is not made to wait for that.
      if (!answered.current) askedAt.current = -Infinity;
    };
  }, [room, asked, everyMs]);
  return map && (wish === null || map.share === wish.share) ? map.map : null;
}
