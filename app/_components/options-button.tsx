'use client';
/** The one button behind which the sender's options are, and what is set of them, in a few words beside the link. */
import { SlidersHorizontal } from 'lucide-react';
import { useState } from 'react';
import type { RoomOptions, RoomSnapshot } from '../../lib/index';
import { useWords } from '../_hooks/use-words';
import { optionsSummary } from '../_text/options';
import { later } from './later';
import styles from './options.module.css';

const OptionsRoom = later(async () => (await import('./options-room')).OptionsRoom);

export function OptionsButton({ room }: { readonly room: RoomSnapshot }) {
  const { t } = useWords();
  const [open, setOpen] = useState(false);
  return (
    <>
      <button
        type="button"
        className="button small"
        aria-haspopup="dialog"
        data-testid="options"
        onPointerEnter={OptionsRoom.warm}
        onClick={() => setOpen(true)}
      >
        <SlidersHorizontal size={18} aria-hidden="true" />
        {t('options.title')}
      </button>
      {open ? <OptionsRoom room={room} onClose={() => setOpen(false)} /> : null}
    </>
  );
}

export function OptionsChips({ options }: { readonly options: RoomOptions }) {
  useWords(); // the summary is said in the page's language
  return <Chips said={optionsSummary(options)} />;
}

export const Chips = ({ said }: { readonly said: readonly string[] }) =>
  said.length === 0 ? null : (
    <ul className={styles.chips} data-testid="options-set">
      {said.map((text) => (
        <li key={text}>{text}</li>
      ))}
    </ul>
  );
