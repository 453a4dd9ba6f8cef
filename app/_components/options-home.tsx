'use client';
/** Options before the first drop: a quiet button, and the panel behind it, loaded when it is asked for. What is set holds for the next link. */
import { SlidersHorizontal } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { usePage } from '../_hooks/use-shoal';
import { useWords } from '../_hooks/use-words';
import { later } from './later';
import styles from './options.module.css';

const OptionsDraft = later(async () => (await import('./options-draft')).OptionsDraft);
const DraftChips = later(async () => (await import('./options-draft')).DraftChips);

interface HomeOptionsProps {
  readonly disabled: boolean;
  /** As quiet as the button, on its line. */
  readonly beside: ReactNode;
}

export function HomeOptions({ disabled, beside }: HomeOptionsProps) {
  const { t } = useWords();
  const [open, setOpen] = useState(false);
  const draft = usePage((state) => state.draft);
  return (
    <>
      <div className={styles.quiet}>
        {beside}
        <button
          type="button"
          className="button bare"
          aria-haspopup="dialog"
          data-testid="options"
          disabled={disabled}
          onPointerEnter={OptionsDraft.warm}
          onClick={() => setOpen(true)}
        >
          <SlidersHorizontal size={18} aria-hidden="true" />
          {t('home.options')}
        </button>
      </div>
      {draft ? <DraftChips draft={draft} /> : null}
      {open ? <OptionsDraft onClose={() => setOpen(false)} /> : null}
    </>
  );
}
