'use client';
/** What both pages render: the view that belongs to the address, around it the header, the notice, drop and paste, the spoken state. */
import { Plus } from 'lucide-react';
import { lazy, Suspense, useEffect, useRef, type RefObject } from 'react';
import { goHome, start } from '../_hooks/manager';
import { settle } from '../_hooks/settle';
import type { Place } from '../_hooks/store';
import { useIntake } from '../_hooks/use-intake';
import { usePageSignals } from '../_hooks/use-page-signals';
import { usePage } from '../_hooks/use-shoal';
import { ExistingDialog } from './existing-dialog';
import styles from './frame.module.css';
import { Header } from './header';
import { HomeView } from './home-view';
import { NoticeBar } from './notice';
import { OfflineBar } from './offline-bar';
import { Opening } from './opening';
import { Unsupported, WrongLink } from './problem';
import { RoomView } from './room-view';

/** Most visits see neither. */
const SharesView = lazy(() => import('./shares-view'));
const HandedDialog = lazy(async () => ({ default: (await import('./handed-dialog')).HandedDialog }));

export function Shell({ first }: { readonly first: 'home' | 'room' | 'shares' }) {
  const place = usePage((state) => state.place);
  const hovering = useIntake();
  usePageSignals();
  useEffect(start, []);
  useEffect(settle, []);
  const handed = usePage((state) => state.handed);
  const main = useFocusOnChange(place.kind);
  if (place.kind === 'unsupported') return <Unsupported code={place.code} />;
  if (place.kind === 'wrong-link') return <WrongLink code={place.code} />;
  const home = place.kind === 'home' || (place.kind === 'loading' && first === 'home');
  return (
    <>
      <Header onHome={goHome}>
        {home ? null : (
          <button type="button" className="button small" onClick={goHome}>
            <Plus size={18} aria-hidden="true" />
            New share
          </button>
        )}
      </Header>
      <OfflineBar />
      <NoticeBar />
      <main ref={main} tabIndex={-1} className={styles.main}>
        {home ? <HomeView hovering={hovering} /> : <OtherPlace place={place} first={first} />}
      </main>
      {hovering ? <DropLayer adds={!home && place.kind !== 'shares'} /> : null}
      <ExistingDialog />
      {handed ? (
        <Suspense fallback={null}>
          <HandedDialog handed={handed} />
        </Suspense>
      ) : null}
    </>
  );
}

/** The control that was used is gone with its view: focus goes to the new one instead of nowhere. Not on the first view. */
function useFocusOnChange(view: Place['kind']): RefObject<HTMLElement | null> {
  const main = useRef<HTMLElement>(null);
  const before = useRef(view);
  useEffect(() => {
    const moved = before.current !== view && before.current !== 'loading';
    before.current = view;
    if (!moved) return;
    main.current?.focus({ preventScroll: true });
    scrollTo(0, 0);
  }, [view]);
  return main;
}

function OtherPlace({ place, first }: { readonly place: Place; readonly first: string }) {
  if (place.kind === 'room') return <RoomView key={place.id} id={place.id} />;
  if (place.kind !== 'shares') return first === 'shares' && place.kind === 'loading' ? null : <Opening />;
  return (
    <Suspense fallback={null}>
      <SharesView />
    </Suspense>
  );
}

const DropLayer = ({ adds }: { readonly adds: boolean }) => (
  <div className={styles.drop} aria-hidden="true">
    <p className={styles.dropNote}>{adds ? 'Let go to add to this share' : 'Let go to get a link'}</p>
  </div>
);
