'use client';
/** The room's first card: what it is, what it does now in one sentence, how far it is, and the one thing to do next. */
import { useMemo } from 'react';
import type { RoomSnapshot } from '../../lib/index';
import { usePage } from '../_hooks/use-shoal';
import type { FileLists, Wish } from '../_hooks/selection';
import { useWords } from '../_hooks/use-words';
import { formatBytes, percentOf } from '../_text/format';
import { named, roomTitle } from '../_text/names';
import { stateText } from '../_text/states';
import { othersPart } from '../_text/swarm';
import type { MessageId, Translate } from '../_text/words';
import { Facts } from './facts';
import { FindOutWhy } from './find-out-why';
import { NextStep } from './next-step';
import { ProgressBar } from './progress-bar';
import { SafeToClose } from './safe-to-close';
import { School, type Mood } from './school';
import styles from './room.module.css';

interface StatusPanelProps {
  readonly room: RoomSnapshot;
  readonly lists: FileLists;
  readonly wish: Wish;
}

export function StatusPanel({ room, lists, wish }: StatusPanelProps) {
  const { t } = useWords();
  const { title, text } = stateText(room);
  const stored = usePage(({ engine }) => engine?.library.find(({ id }) => id === room.id)?.title ?? '');
  const listed = useMemo(() => roomTitle(t, lists.values()), [t, lists]);
  const name = listed || named(stored) || t('room.unnamed');
  const noticed = usePage(({ notice }) => notice !== null);
  const bar = barOf(room);
  const Name = room.role === 'creator' ? 'h2' : 'h1';
  return (
    <section className={`panel ${styles.status ?? ''}`} aria-labelledby="room-name">
      <School mood={moodOf(room)} lit={litOf(room)} className={styles.school} />
      <div>
        {room.role === 'creator' ? <h1 className="hidden">{t('room.yours')}</h1> : null}
        <Name id="room-name" className={styles.name}>
          <span title={name}>{name}</span>
        </Name>
        <p className="muted">{summary(t, room)}</p>
      </div>
      <p className={styles.state} data-testid="status" data-state={room.state} data-detail={room.detail.kind}>
        <strong>{title}</strong>
        {room.state === 'error' && !noticed ? (
          <span role="alert" data-testid="error">
            {text}
          </span>
        ) : (
          <span>{text}</span>
        )}
      </p>
      {bar ? (
        <ProgressBar label={t(bar.label)} percent={bar.percent} calm={room.state === 'stalled'} />
      ) : null}
      <Facts room={room} />
      <NextStep room={room} lists={lists} wish={wish} />
      <FindOutWhy room={room} />
      <SafeToClose room={room} />
    </section>
  );
}

function summary(t: Translate, { shares, role }: RoomSnapshot): string {
  const known = shares.filter(({ fileCount }) => fileCount !== null);
  if (known.length === 0) return t(role === 'creator' ? 'room.no-files' : 'room.list-coming');
  const files = known.reduce((sum, { fileCount }) => sum + (fileCount ?? 0), 0);
  const bytes = known.reduce((sum, { totalBytes }) => sum + totalBytes, 0);
  return t('room.files-and-size', { count: files, size: formatBytes(bytes) });
}

/** Own preparation while it runs; else the download, once something was chosen. */
function barOf({
  state,
  detail,
  progress,
  shares,
}: RoomSnapshot): { label: MessageId; percent: number } | null {
  const percent = percentOf(progress.bytesDone, progress.bytesTotal);
  if (detail.kind === 'preparing') return { label: 'state.preparing', percent };
  const wanted = shares.some(
    ({ publisher, chosen }) => publisher !== 'self' && chosen !== null && chosen.length > 0,
  );
  // Nothing to count yet is not "all done", unless the files are all empty.
  return wanted && (progress.bytesTotal > 0 || state === 'complete')
    ? { label: 'room.download-progress', percent }
    : null;
}

function moodOf({ state, detail }: RoomSnapshot): Mood {
  if (state === 'transferring' || state === 'hashing') return 'work';
  if (state === 'connecting') return 'swim';
  return state === 'error' || state === 'stalled' || detail.kind === 'stopped' || detail.kind === 'ended'
    ? 'still'
    : 'drift';
}

/** As the bar; for who only sends, as far as the others are. */
function litOf(room: RoomSnapshot): number {
  const bar = barOf(room);
  if (bar) return bar.percent / 100;
  const { peers, detail } = room;
  if (detail.kind === 'sent') return 1;
  return room.role === 'guest' ? 0 : othersPart(peers);
}
