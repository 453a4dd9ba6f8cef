'use client';
/**
 * Space, told with numbers: before a download that may not fit, beside a share that is sent from its files for want of it, and while a full
 * disk holds a transfer up. Each names what can be done. Leaves out whether it fits: the engine, and in the end the write, decide.
 */
import { HardDrive, RotateCw } from 'lucide-react';
import type { RoomSnapshot, ShareSnapshot } from '../../lib/index';
import { command } from '../_hooks/engine';
import { usePage } from '../_hooks/use-shoal';
import { useWords } from '../_hooks/use-words';
import { fromFileText, spaceText } from '../_text/space';
import styles from './room.module.css';

/** What is lacking for so many more bytes, as the browser tells; null: it fits, or nobody knows. */
export function useLacking(neededBytes: number): { neededBytes: number; freeBytes: number } | null {
  const storage = usePage(({ engine }) => engine?.storage ?? null);
  if (!storage) return null;
  const freeBytes = Math.max(0, storage.quotaBytes - storage.usedBytes);
  return neededBytes > freeBytes ? { neededBytes, freeBytes } : null;
}

export function DownloadSpace({ neededBytes, freeBytes }: { neededBytes: number; freeBytes: number }) {
  const { t } = useWords();
  return (
    <p className={styles.note} role="status" data-testid="space-note">
      {t('room.space-advice', { space: spaceText({ neededBytes, freeBytes }) })}
    </p>
  );
}

/** A share of one’s own that is sent from its files. */
export function FromFile({ room, share }: { readonly room: RoomSnapshot; readonly share: ShareSnapshot }) {
  const { t } = useWords();
  const { space } = share;
  return (
    <div className={styles.save} data-testid="from-file">
      <p className={styles.note}>{fromFileText(space)}</p>
      <div className="row">
        <button
          type="button"
          className="button small"
          onClick={() => void command((shoal) => shoal.keepCopy(room.id, share.id))}
        >
          <HardDrive size={16} aria-hidden="true" />
          {t('room.keep-copy')}
        </button>
      </div>
    </div>
  );
}

/** Paused because nothing can be written. */
export function Retry({ room }: { readonly room: RoomSnapshot }) {
  const { t } = useWords();
  return (
    <div className="row">
      <button
        type="button"
        className="button primary"
        data-testid="retry"
        onClick={() => void command((shoal) => shoal.retry(room.id))}
      >
        <RotateCw size={18} aria-hidden="true" />
        {t('room.try-now')}
      </button>
    </div>
  );
}
