'use client';
/**
 * The one place for errors beside the view: a rejected command first, else what is wrong with the room shown. One at a time, so that the
 * newest is what is read.
 */
import { RotateCw, X } from 'lucide-react';
import type { ShoalErrorCode } from '../../lib/index';
import { update, type PageState } from '../_hooks/store';
import { usePage } from '../_hooks/use-shoal';
import { errorTexts } from '../_text/errors';
import { shown } from '../_text/names';
import styles from './frame.module.css';

/** An error that stands in the room's snapshot; the person cannot dismiss it, it goes when its cause does. */
function standingError({ engine, place }: PageState): ShoalErrorCode | null {
  const room = place.kind === 'room' ? engine?.rooms.find(({ id }) => id === place.id) : undefined;
  // In state 'error' the room's own card says it.
  if (!room || room.state === 'error') return null;
  return room.error ?? room.shares.find(({ error }) => error !== null)?.error ?? null;
}

export function NoticeBar() {
  const notice = usePage((state) => state.notice);
  const standing = usePage(standingError);
  const code = notice?.code ?? standing;
  if (code === null) return null;
  const { title, text } = errorTexts[code];
  return (
    <div className={styles.notice} role="alert" data-testid="error" data-code={code}>
      <p className={styles.noticeText}>
        <strong>{title}</strong>{' '}
        {notice?.about ? (
          <>
            <bdi>{notice.about.name === null ? 'A file' : shown(notice.about.name)}</bdi>{' '}
            {notice.about.how}{' '}
          </>
        ) : null}
        {text}
      </p>
      {notice?.retry ? (
        <button type="button" className="button small" onClick={notice.retry}>
          <RotateCw size={16} aria-hidden="true" />
          Try again
        </button>
      ) : null}
      {notice ? (
        <button type="button" className="button small bare" onClick={() => update({ notice: null })}>
          <X size={18} aria-hidden="true" />
          <span className="hidden">Dismiss</span>
        </button>
      ) : null}
    </div>
  );
}
