'use client';
/**
 * Offers a message for when this takes a while, the only place that asks the browser for that permission, and only on the click. Not there
 * once the browser has an answer, nor where it has no such messages.
 */
import { Bell } from 'lucide-react';
import { useState } from 'react';
import type { RoomSnapshot } from '../../lib/index';
import { useMounted } from '../_hooks/use-shoal';
import { useWords } from '../_hooks/use-words';

/** Guess: for less nobody goes away. */
const longSeconds = 20;

const takesLong = ({ state, progress: { secondsLeft } }: RoomSnapshot): boolean =>
  state === 'transferring' && secondsLeft !== null && secondsLeft > longSeconds;

const canAsk = (): boolean => 'Notification' in globalThis && Notification.permission === 'default';

export function TellWhenDone({ room }: { readonly room: RoomSnapshot }) {
  const { t } = useWords();
  const mounted = useMounted();
  const [asked, setAsked] = useState(false);
  if (!mounted || asked || !takesLong(room) || !canAsk()) return null;
  const ask = (): void => {
    void Notification.requestPermission()
      .catch(() => undefined) // some browsers refuse in private windows
      .then(() => setAsked(true));
  };
  return (
    <div className="row">
      <button type="button" className="button small" onClick={ask}>
        <Bell size={16} aria-hidden="true" />
        {t('install.tell')}
      </button>
    </div>
  );
}
