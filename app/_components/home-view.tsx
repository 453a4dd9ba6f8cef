'use client';
/** "/": the whole page takes files. What it promises, how to give it files without dragging, and the shares of this browser. */
import { Suspense } from 'react';
import { takeFiles } from '../_hooks/manager';
import { usePage } from '../_hooks/use-shoal';
import { useWords } from '../_hooks/use-words';
import styles from './home.module.css';
import { Library } from './parts';
import { Pickers } from './pickers';
import { School } from './school';

export function HomeView({ hovering }: { readonly hovering: boolean }) {
  const { t } = useWords();
  const taking = usePage((state) => state.taking);
  const hasShares = usePage(({ engine }) => (engine?.library.length ?? 0) > 0);
  const busy = taking !== null;
  return (
    <>
      <section className={styles.hero} aria-labelledby="promise">
        <School
          mood={hovering || busy ? 'gather' : 'drift'}
          lit={hovering || busy ? 1 : 0}
          className={styles.school}
        />
        <div className={styles.words}>
          <h1 id="promise">{t('home.promise')}</h1>
          <p className={styles.lead}>{t('home.lead')}</p>
          <Pickers
            onPick={takeFiles}
            files={t('home.choose-files')}
            folder={t('home.choose-folder')}
            size="big"
            primary
            disabled={busy}
          />
          <p className="muted" role="status">
            {taking === null
              ? t('home.or-drop')
              : taking === 0
                ? t('home.making-link')
                : t('home.making-link-for', { count: taking })}
          </p>
        </div>
      </section>
      {hasShares ? (
        <Suspense>
          <Library />
        </Suspense>
      ) : null}
      <ul className={styles.facts}>
        <li>
          <strong>{t('home.encrypted')}</strong> {t('home.encrypted-why')}
        </li>
        <li>
          <strong>{t('home.no-upload')}</strong> {t('home.no-upload-why')}
        </li>
        <li>
          <strong>{t('home.never-from-zero')}</strong> {t('home.never-from-zero-why')}
        </li>
      </ul>
    </>
  );
}
