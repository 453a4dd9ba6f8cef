'use client';
/** "Find out why", one click from a room that does not get further, and the same in a page's last line. Loads nothing before it may be needed. */
import { Stethoscope } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { RoomSnapshot, StateDetail } from '../../lib/index';
import { openPanel, preloadPanel } from '../_hooks/panel';
import { useWords } from '../_hooks/use-words';

/** Where somebody waits for a connection that does not come, or may not. */
const waitsFor: ReadonlySet<StateDetail['kind']> = new Set(['server', 'peers', 'catalog', 'missing']);

/** Whether somebody is connected does not matter any more. */
const isOver: ReadonlySet<StateDetail['kind']> = new Set(['received', 'stopped', 'ended']);

const isStuck = ({ detail, server, peers, role }: RoomSnapshot): boolean =>
  !isOver.has(detail.kind) &&
  (waitsFor.has(detail.kind) ||
    server === 'offline' ||
    (peers.length === 0 && (detail.kind === 'empty-room' || role === 'guest')));

export function FindOutWhy({ room }: { readonly room: RoomSnapshot }) {
  const [ready, setReady] = useState(false);
  // The server may be away when it is clicked: what it needs is here by then.
  useEffect(() => {
    let gone = false;
    void preloadPanel('diagnosis').then((loaded) => {
      if (!gone) setReady(loaded);
    });
    return () => {
      gone = true;
    };
  }, []);
  return isStuck(room) ? (
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
