'use client';
/** "/": the whole page takes files. One line, the ways to give it files without dragging; what stands behind it lies below, unread until wanted. */
import { KeyRound, RotateCw, Zap, type LucideIcon } from 'lucide-react';
import { takeFiles } from '../_hooks/take-files';
import { useServerAway } from '../_hooks/server-away';
import { spokenMs, useCalm } from '../_hooks/use-calm';
import { usePage } from '../_hooks/use-shoal';
import { useWords } from '../_hooks/use-words';
import { HomeDoors } from './home-doors';
import styles from './home.module.css';
import { HomeOptions } from './options-home';
import { Library } from './parts';
import { PasteButton } from './paste-button';
import { Pickers } from './pickers';
import { School } from './school';

export function HomeView({ hovering }: { readonly hovering: boolean }) {
  const { t } = useWords();
  const taking = usePage((state) => state.taking);
  const hasShares = usePage(({ engine }) => (engine?.library.length ?? 0) > 0);
  const busy = taking !== null;
  const gathered = hovering || busy;
  return (
    <>
      <section
        className={styles.hero}
        aria-labelledby="promise"
        data-gathered={gathered}
        data-compact={hasShares}
      >
        <div className={styles.pond}>
          <School mood={gathered ? 'gather' : 'drift'} lit={gathered ? 1 : 0} className={styles.school} />
        </div>
        <h1 id="promise">{t('home.promise')}</h1>
        <Pickers
          onPick={takeFiles}
          files={t('home.choose-files')}
          folder={t('home.choose-folder')}
          photos={t('home.choose-photos')}
          size="big"
          primary
          disabled={busy}
        />
        <p className={`muted ${styles.said ?? ''}`} role="status" data-idle={!busy}>
          {taking === null ? t('home.or-drop') : <Making files={taking} />}
        </p>
        <HomeOptions disabled={busy} beside={<PasteButton disabled={busy} />} />
        <HomeDoors />
      </section>
      {hasShares ? <Library /> : null}
      <section className={styles.how} aria-labelledby="how" data-below-list="">
        <h2 id="how" className="hidden">
          {t('home.how')}
        </h2>
        <p className={styles.lead}>{t('home.lead')}</p>
        <ul className={styles.facts}>
          <Fact icon={KeyRound} title={t('home.encrypted')} text={t('home.encrypted-why')} />
          <Fact icon={Zap} title={t('home.no-upload')} text={t('home.no-upload-why')} />
          <Fact icon={RotateCw} title={t('home.never-from-zero')} text={t('home.never-from-zero-why')} />
        </ul>
      </section>
    </>
  );
}

/** `files`: found so far. */
function Making({ files }: { readonly files: number }) {
  const { t } = useWords();
  const said = useCalm(files, spokenMs);
  if (useServerAway()) return t('home.making-link-away');
  return said === 0 ? t('home.making-link') : t('home.making-link-for', { count: said });
}

interface FactProps {
  readonly icon: LucideIcon;
  readonly title: string;
  readonly text: string;
}

const Fact = ({ icon: Icon, title, text }: FactProps) => (
  <li>
    <Icon size={20} aria-hidden="true" className={styles.factIcon} />
    <strong>{title}</strong> <span>{text}</span>
  </li>
);
