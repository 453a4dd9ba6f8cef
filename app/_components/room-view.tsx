'use client';
/**
 * One room, the same for who made it and who opened its link. Order says what matters: the maker sees the link first, a guest the files and
 * the one button. Holds the only state of the view that is not the engine's: which boxes are ticked and which file is shown.
 */
import { useMemo, useState } from 'react';
import type { FileEntry, RoomId, RoomSnapshot, ShareId, StateDetail } from '../../lib/index';
import { wishOf, type Picks } from '../_hooks/selection';
import { useFiles } from '../_hooks/use-files';
import { useRoom } from '../_hooks/use-shoal';
import { stateText } from '../_text/states';
import { AddFiles } from './add-files';
import { FileLists } from './file-lists';
import { later } from './later';
import { Opening } from './opening';
import { OptionsDoubt } from './options-doubt';
import { People } from './people';
import { RoomActions } from './room-actions';
import styles from './room.module.css';
import { SharePanel } from './share-panel';
import { StatusPanel } from './status-panel';
import { TellWhenDone } from './tell-when-done';

export function RoomView({ id }: { readonly id: RoomId }) {
  const room = useRoom(id);
  return room ? <OpenRoom room={room} /> : <Opening />;
}

const nothingPicked: Picks = new Map();

/** What a room is at while its list of files is still to come. */
const beforeFiles: ReadonlySet<StateDetail['kind']> = new Set(['server', 'peers', 'catalog']);

/** Most visits watch nothing. */
const Viewer = later(async () => (await import('./viewer')).Viewer);

function OpenRoom({ room }: { readonly room: RoomSnapshot }) {
  const lists = useFiles(room);
  const [picks, setPicks] = useState(nothingPicked);
  const [viewed, setViewed] = useState<{ readonly share: ShareId; readonly file: FileEntry } | null>(null);
  const { shares } = room;
  const wish = useMemo(() => wishOf(shares, picks, lists), [shares, picks, lists]);
  const creator = room.role === 'creator';
  const over = room.options.over !== null;
  const awaited =
    !shares.some(({ id }) => lists.get(id)?.length) &&
    (beforeFiles.has(room.detail.kind) || shares.some(({ fileCount }) => fileCount !== null));
  return (
    <div className={styles.room}>
      {/* Title only: it changes with the state, not with every number, so screen readers are told what matters. */}
      <p className="hidden" role="status">
        {stateText(room).title}
      </p>
      <div className={styles.column} data-awaiting={awaited || undefined}>
        {creator && !over ? <SharePanel room={room} prominent /> : null}
        <OptionsDoubt room={room} />
        <StatusPanel room={room} lists={lists} wish={wish} />
        <TellWhenDone room={room} />
        <FileLists
          room={room}
          lists={lists}
          picks={picks}
          onPicks={setPicks}
          onView={(share, file) => setViewed({ share, file })}
        />
      </div>
      <div className={styles.aside} data-below-list="">
        {room.mayAdd ? <AddFiles /> : null}
        {creator || over ? null : <SharePanel room={room} prominent={false} />}
        {over ? null : <People room={room} />}
        <RoomActions room={room} />
      </div>
      {viewed ? <Viewer room={room.id} {...viewed} onClose={() => setViewed(null)} /> : null}
    </div>
  );
}
