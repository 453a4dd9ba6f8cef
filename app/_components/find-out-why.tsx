'use client';
/** "Find out why", one click from a room that does not get further, and the same in a page's last line. Loads nothing before it may be needed. */
import { Stethoscope } from 'lucide-react';
import { useEffect } from 'react';
import type { RoomSnapshot, StateDetail } from '../../lib/index';
import { openPanel, preloadPanel } from '../_hooks/panel';
import { diagnosisWords } from '../_text/diagnosis-door';

/** Where somebody waits for a connection that does not come, or may not. */
const waitsFor: ReadonlySet<StateDetail['kind']> = new Set(['server', 'peers', 'catalog', 'missing']);

const isStuck = ({ detail, server, peers, role }: RoomSnapshot): boolean =>
  detail.kind !== 'stopped' &&
  (waitsFor.has(detail.kind) ||
    server === 'offline' ||
    (peers.length === 0 && (detail.kind === 'empty-room' || role === 'guest')));

export function FindOutWhy({ room }: { readonly room: RoomSnapshot }) {
  // The server may be away when it is clicked: what it needs is here by then.
  useEffect(() => {
    const timer = setTimeout(() => {
      preloadPanel('diagnosis');
    }, 1_500);
    return () => {
      clearTimeout(timer);
    };
  }, []);
  return isStuck(room) ? <WhyButton label={diagnosisWords.open} /> : null;
}

export const WhyButton = ({ label }: { readonly label: string }) => (
  <button
    type="button"
    className="button small"
    data-testid="find-out-why"
    onClick={() => void openPanel('diagnosis')}
  >
    <Stethoscope size={17} aria-hidden="true" />
    {label}
  </button>
);
