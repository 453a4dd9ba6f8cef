'use client';
/**
 * The room as it is, in a dialog: picture or table of the browsers, and the map of pieces. Motion stops when the person pauses it, and there is
 * none where they asked their system for less. Loaded when opened.
 */
import { Pause, Play, X } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { RoomSnapshot } from '../../../lib/index';
import { useCalm } from '../../_hooks/use-calm';
import { useReducedMotion } from '../../_hooks/use-media';
import { useFiles } from '../../_hooks/use-files';
import { usePeerNames } from '../../_hooks/use-peer-names';
import { useWords } from '../../_hooks/use-words';
import { swarmSentence } from '../../_text/swarm';
import { nameOf, sumsOfRoom } from './facts';
import { PieceMaps } from './piece-maps';
import type { Motion } from './stage';
import { SwarmPicture } from './swarm-picture';
import { SwarmTable } from './swarm-table';
import styles from './swarm.module.css';

interface SwarmViewProps {
  readonly room: RoomSnapshot;
  readonly onClose: () => void;
}

/** What is spoken comes no more often than this, and what is drawn under reduced motion. */
const spokenEveryMs = 10_000;
const calmEveryMs = 2000;

export function SwarmView({ room: live, onClose }: SwarmViewProps) {
  const { t } = useWords();
  const dialog = useRef<HTMLDialogElement>(null);
  const [frozen, setFrozen] = useState<RoomSnapshot | null>(null);
  const [asTable, setAsTable] = useState(false);
  const [members, setMembers] = useState(0);
  const reduced = useReducedMotion();
  const now = frozen ?? live;
  const calm = useCalm(now, calmEveryMs);
  const room = reduced ? calm : now;
  const names = usePeerNames(room);
  const lists = useFiles(live);
  const motion: Motion = frozen ? 'paused' : reduced ? 'still' : 'moving';
  const sentence = swarmSentence(sumsOfRoom(room));
  const spoken = useCalm(sentence, spokenEveryMs);
  const own = room.self === null ? '' : nameOf(names, room.self);
  useEffect(() => {
    const element = dialog.current;
    if (element && !element.open) element.showModal();
  }, []);
  return (
    <dialog
      ref={dialog}
      className={styles.dialog}
      aria-labelledby="swarm-title"
      data-testid="swarm-view"
      onClose={onClose}
    >
      <header className={styles.head}>
        <div>
          <h2 id="swarm-title">{t('swarm.title')}</h2>
          <p className="muted">
            {own === '' ? null : t('swarm.you-are', { name: own })} {frozen ? t('swarm.paused') : sentence}
          </p>
        </div>
        <div className={styles.tools}>
          <Show asTable={asTable} onChange={setAsTable} />
          <button type="button" className="button small" onClick={() => setFrozen(frozen ? null : live)}>
            {frozen ? <Play size={17} aria-hidden="true" /> : <Pause size={17} aria-hidden="true" />}
            {t(frozen ? 'swarm.resume' : 'swarm.pause')}
          </button>
          <button
            type="button"
            className={`button small ${styles.close ?? ''}`}
            onClick={() => dialog.current?.close()}
          >
            <X size={18} aria-hidden="true" />
            {t('swarm.close')}
          </button>
        </div>
      </header>
      <p className="hidden" role="status">
        {spoken}
      </p>
      <div className={styles.body}>
        {asTable ? (
          <SwarmTable room={room} names={names} />
        ) : (
          <SwarmPicture
            room={room}
            names={names}
            others={Math.max(0, members - 1 - room.peers.length)}
            motion={motion}
          />
        )}
        <PieceMaps room={room} lists={lists} motion={motion} onMembers={setMembers} />
      </div>
    </dialog>
  );
}

interface ShowProps {
  readonly asTable: boolean;
  readonly onChange: (asTable: boolean) => void;
}

function Show({ asTable, onChange }: ShowProps) {
  const { t } = useWords();
  return (
    <div className={styles.show} role="group" aria-label={t('swarm.show-as')}>
      <button type="button" aria-pressed={!asTable} onClick={() => onChange(false)}>
        {t('swarm.as-picture')}
      </button>
      <button type="button" aria-pressed={asTable} onClick={() => onChange(true)}>
        {t('swarm.as-table')}
      </button>
    </div>
  );
}
