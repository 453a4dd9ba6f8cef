'use client';
/** The button that opens the view of the swarm. The view itself comes when it is first wanted. */
import { Fish } from 'lucide-react';
import { useState } from 'react';
import type { RoomSnapshot } from '../../../lib/index';
import { useWords } from '../../_hooks/use-words';
import { later } from '../later';

const SwarmView = later(async () => (await import('./swarm-view')).SwarmView);

export function SeeSwarm({ room }: { readonly room: RoomSnapshot }) {
  const { t } = useWords();
  const [open, setOpen] = useState(false);
  return (
    <>
      <button type="button" className="button small" data-testid="see-swarm" onClick={() => setOpen(true)}>
        <Fish size={17} aria-hidden="true" />
        {t('swarm.open')}
      </button>
      {open ? <SwarmView room={room} onClose={() => setOpen(false)} /> : null}
    </>
  );
}
