'use client';
/** The swarm as a picture: fish, links and lights. For screen readers one image with a sentence; the table has the facts. Points name a peer. */
import { useEffect, useRef, useState, type PointerEvent } from 'react';
import type { RoomSnapshot } from '../../../lib/index';
import { useWords } from '../../_hooks/use-words';
import { peerSentence, swarmSentence } from '../../_text/swarm';
import { nameOf, sceneReport, sumsOfRoom, type Names } from './facts';
import { Legend } from './legend';
import { createStage, type Motion, type Stage } from './stage';
import styles from './swarm.module.css';

interface SwarmPictureProps {
  readonly room: RoomSnapshot;
  readonly names: Names;
  /** In the room and not linked. */
  readonly others: number;
  readonly motion: Motion;
}

export function SwarmPicture({ room, names, others, motion }: SwarmPictureProps) {
  const { t } = useWords();
  const canvas = useRef<HTMLCanvasElement>(null);
  const stage = useRef<Stage | null>(null);
  const [pointed, setPointed] = useState<string | null>(null);
  useEffect(() => {
    if (!canvas.current) return undefined;
    const made = createStage(canvas.current);
    stage.current = made;
    return () => {
      stage.current = null;
      made.close();
    };
  }, []);
  useEffect(() => stage.current?.motion(motion), [motion]);
  useEffect(() => {
    stage.current?.report(sceneReport(room, names, others, performance.now()));
  }, [room, names, others, t]);
  useEffect(() => stage.current?.point(pointed), [pointed]);
  const point = ({ nativeEvent: { offsetX, offsetY } }: PointerEvent): void =>
    setPointed(stage.current?.peerAt(offsetX, offsetY) ?? null);
  const peer = room.peers.find(({ id }) => id === pointed);
  return (
    <div className={styles.picture}>
      <canvas
        ref={canvas}
        className={styles.water}
        role="img"
        aria-label={swarmSentence(sumsOfRoom(room))}
        data-testid="swarm-picture"
        data-motion={motion}
        onPointerMove={point}
        onPointerDown={point}
        onPointerLeave={() => setPointed(null)}
      />
      <p className={styles.pointed}>
        {peer ? (
          peerSentence(nameOf(names, peer.id), peer)
        ) : (
          <span className="muted">{others > 0 ? t('swarm.more', { count: others }) : t('swarm.lights')}</span>
        )}
      </p>
      <Legend room={room} />
    </div>
  );
}
