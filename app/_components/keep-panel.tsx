'use client';
/** What the shares take, how much more fits, and whether the browser has promised to keep them; asks for that on a click, and says what came of it. */
import { ShieldCheck } from 'lucide-react';
import { useState } from 'react';
import type { StoredRoom } from '../../lib/index';
import { command } from '../_hooks/engine';
import { usePage } from '../_hooks/use-shoal';
import { useWords } from '../_hooks/use-words';
import { usedText, type Keeping } from '../_text/shares';
import styles from './shares.module.css';

const none: readonly StoredRoom[] = [];

export function KeepPanel() {
  const { t } = useWords();
  const storage = usePage(({ engine }) => engine?.storage ?? null);
  const library = usePage(({ engine }) => engine?.library ?? none);
  const [refused, setRefused] = useState(false);
  if (!storage) return null;
  const stored = library.reduce((sum, { storedBytes }) => sum + storedBytes, 0);
  const keeping: Keeping = storage.persisted ? 'kept' : refused ? 'refused' : 'unsure';
  const ask = async (): Promise<void> => {
    const kept = await command((shoal) => shoal.persist());
    setRefused(kept === false);
  };
  return (
    <section className={`panel ${styles.side ?? ''}`} aria-labelledby="space-title">
      <h2 id="space-title">{t('shares.space')}</h2>
      <p data-testid="space-used">{usedText(stored, storage)}</p>
      {stored > 0 ? (
        <p className="muted" role="status" data-testid="keeping" data-keeping={keeping}>
          {t(`shares.keeping-${keeping}`)}
        </p>
      ) : null}
      {stored > 0 && keeping !== 'kept' ? (
        <button type="button" className="button small" onClick={() => void ask()}>
          <ShieldCheck size={17} aria-hidden="true" />
          {t('shares.keep')}
        </button>
      ) : null}
    </section>
  );
}
