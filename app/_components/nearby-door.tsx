'use client';
/** "Someone near you": opens the panel of people of the same network, which is loaded then. */
import { Radar } from 'lucide-react';
import { openPanel } from '../_hooks/panel';
import { useWords } from '../_hooks/use-words';

export function NearbyDoor({ small = false }: { readonly small?: boolean }) {
  const { t } = useWords();
  return (
    <button
      type="button"
      className={`button ${small ? 'small' : ''}`}
      data-testid="nearby"
      onClick={() => void openPanel('nearby')}
    >
      <Radar size={18} aria-hidden="true" />
      {t('doors.nearby')}
    </button>
  );
}
