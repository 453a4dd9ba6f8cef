'use client';
/**
 * The one place for errors beside the view: a rejected command first, else what is wrong with the room shown. One at a time, so that the
 * newest is what is read.
 */
import { RotateCw, X } from 'lucide-react';
import { standingError, update } from '../_hooks/store';
import { usePage } from '../_hooks/use-shoal';
import { useWords } from '../_hooks/use-words';
import { errorText } from '../_text/errors';
import { shown } from '../_text/names';
import styles from './frame.module.css';
import { Sentence } from './words';

export function NoticeBar() {
  const { t } = useWords();
  const told = usePage((state) => state.notice);
  const standing = usePage(standingError);
  // Beside an engine that does not answer nothing else matters.
  const notice = standing === 'engine-silent' ? null : told;
  const code = notice?.code ?? standing;
  if (code === null) return null;
  const { title, text } = errorText(code);
  return (
    <div className={styles.notice} role="alert" data-testid="error" data-code={code}>
      <p className={styles.noticeText}>
        <strong>{title}</strong>{' '}
        {notice?.about ? (
          <>
            <Sentence
              id={notice.about.how}
              elements={{
                name: (
                  <bdi>
                    {notice.about.name === null ? t('room.differs-a-file') : shown(notice.about.name)}
                  </bdi>
                ),
              }}
            />{' '}
          </>
        ) : null}
        {text}
      </p>
      {code === 'engine-silent' ? (
        <button type="button" className="button small" onClick={() => location.reload()}>
          <RotateCw size={16} aria-hidden="true" />
          {t('frame.reload')}
        </button>
      ) : notice?.retry ? (
        <button type="button" className="button small" onClick={notice.retry}>
          <RotateCw size={16} aria-hidden="true" />
          {t('room.try-again')}
        </button>
      ) : null}
      {notice ? (
        <button type="button" className="button small bare" onClick={() => update({ notice: null })}>
          <X size={18} aria-hidden="true" />
          <span className="hidden">{t('room.dismiss')}</span>
        </button>
      ) : null}
    </div>
  );
}
