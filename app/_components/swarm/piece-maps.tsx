'use client';
/** The pieces of one share, all together and file by file: which are here, on their way, missing, and how many others hold them. */
import { useEffect, useMemo, useState } from 'react';
import type { ChunkMapWish, FileEntry, RoomSnapshot, ShareId, ShareSnapshot } from '../../../lib/index';
import { useChunkMap } from '../../_hooks/use-chunk-map';
import type { FileLists } from '../../_hooks/selection';
import { useWidth } from '../../_hooks/use-width';
import { useWords } from '../../_hooks/use-words';
import { partText } from '../../_text/swarm';
import { FileStrips } from './file-strips';
import { gridOf } from './grid';
import { MapCanvas } from './map-canvas';
import { MapLegend } from './map-legend';
import type { Motion } from './stage';
import styles from './swarm.module.css';

interface PieceMapsProps {
  readonly room: RoomSnapshot;
  readonly lists: FileLists;
  readonly motion: Motion;
  readonly onMembers: (members: number) => void;
}

/** Height the squares may take, CSS pixels. */
const mostHeight = 190;
/** Between two questions, ms: while something moves, while nothing does, and under reduced motion. */
const pace = { moving: 300, resting: 1200, calm: 2000 } as const;
const noFiles: readonly FileEntry[] = [];

export function PieceMaps({ room, lists, motion, onMembers }: PieceMapsProps) {
  const { t } = useWords();
  const { shares, peers, progress } = room;
  const [picked, setPicked] = useState<ShareId | null>(null);
  const share = shares.find(({ id }) => id === picked) ?? shares[0];
  const [width, ref] = useWidth();
  const [inSight, setInSight] = useState<readonly number[]>([]);
  const grid = useMemo(() => gridOf(share?.chunksTotal ?? 0, width, mostHeight), [share?.chunksTotal, width]);
  const files = (share && lists.get(share.id)) ?? noFiles;
  const wish: ChunkMapWish | null =
    share && width > 0 && motion !== 'paused'
      ? { share: share.id, cells: grid.columns * grid.rows, files: inSight, fileCells: Math.floor(width / 2) }
      : null;
  const busy = progress.rateIn + progress.rateOut > 0 || room.state === 'hashing';
  const map = useChunkMap(room.id, wish, motion === 'still' ? pace.calm : busy ? pace.moving : pace.resting);
  const members = map?.members ?? 0;
  useEffect(() => onMembers(members), [members, onMembers]);
  if (!share) return null;
  const sender = share.publisher === 'creator' && peers.some(({ isCreator }) => isCreator);
  return (
    <section className={styles.pieces} aria-labelledby="pieces-title">
      <div className={styles.piecesHead}>
        <h3 id="pieces-title">{t('swarm.pieces')}</h3>
        <p className="muted">
          {t('swarm.piece-count', { count: share.chunksTotal })}{' '}
          {t('swarm.percent-here', { percent: partText(share.chunksHave / Math.max(1, share.chunksTotal)) })}
        </p>
      </div>
      {shares.length > 1 ? <ShareChoice shares={shares} share={share} onPick={setPicked} /> : null}
      <div ref={ref} className={styles.mapBox}>
        {map && map.whole.chunks > 0 ? (
          <MapCanvas
            strip={map.whole}
            linked={peers.length}
            sender={sender}
            grid={grid}
            width={width}
            height={0}
            motion={motion}
            testId="piece-map"
          />
        ) : null}
      </div>
      <MapLegend />
      {files.length > 1 ? (
        <FileStrips
          files={files}
          inSight={inSight}
          strips={map?.files ?? []}
          linked={peers.length}
          sender={sender}
          width={width}
          motion={motion}
          onSight={setInSight}
        />
      ) : null}
    </section>
  );
}

interface ShareChoiceProps {
  readonly shares: readonly ShareSnapshot[];
  readonly share: ShareSnapshot;
  readonly onPick: (share: ShareId) => void;
}

function ShareChoice({ shares, share, onPick }: ShareChoiceProps) {
  const { t } = useWords();
  return (
    <label className={styles.choice}>
      {t('swarm.share-choice')}{' '}
      <select value={share.id} onChange={({ target }) => onPick(target.value as ShareId)}>
        {shares.map(({ id, publisher, fileCount }) => (
          <option key={id} value={id}>
            {t(`swarm.publisher-${publisher}`, { count: fileCount ?? 0 })}
          </option>
        ))}
      </select>
    </label>
  );
}
