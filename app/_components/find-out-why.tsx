'use client';
/** "Find out why", one click from a room in trouble, and the same in a page's last line. Loads nothing before it may be needed. */
import { Stethoscope } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { RoomSnapshot } from '../../lib/index';
import { openPanel, preloadPanel } from '../_hooks/panel';
import { whenRested } from '../_hooks/settle';
import { patienceMs, troubleOf } from '../_hooks/trouble';
import { useLasting } from '../_hooks/use-lasting';
import { useWords } from '../_hooks/use-words';

export function FindOutWhy({ room }: { readonly room: RoomSnapshot }) {
  const [ready, setReady] = useState(false);
  const trouble = troubleOf(room);
  const lasts = useLasting(trouble === 'slow', patienceMs);
  // The server may be away when it is clicked: what it needs is here by then.
  useEffect(() => {
    let gone = false;
    const callOff = whenRested(() => {
      void preloadPanel('diagnosis').then((loaded) => {
        if (!gone) setReady(loaded);
      });
    });
    return () => {
      gone = true;
      callOff();
    };
  }, []);
  return trouble === 'wrong' || lasts ? (
    <div className="row">
      <WhyButton ready={ready} />
    </div>
  ) : null;
}

export function WhyButton({ ready = false }: { readonly ready?: boolean }) {
  const { t } = useWords();
  return (
    <button
      type="button"
      className="button small"
      data-testid="find-out-why"
      data-ready={ready}
      onClick={() => void openPanel('diagnosis')}
    >
      <Stethoscope size={17} aria-hidden="true" />
      {t('doors.find-out-why')}
    </button>
  );
}
