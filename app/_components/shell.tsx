'use client';
/** What both pages render: the view that belongs to the address, around it the header, the notice, drop and paste, the spoken state. */
import { Plus } from 'lucide-react';
import { Suspense, useEffect, useRef, type RefObject } from 'react';
import { goHome, start } from '../_hooks/manager';
import { settle } from '../_hooks/settle';
import type { Place } from '../_hooks/store';
import { useIntake } from '../_hooks/use-intake';
import { usePageSignals } from '../_hooks/use-page-signals';
import { usePage } from '../_hooks/use-shoal';
import { useWords } from '../_hooks/use-words';
import { startLanguage } from '../_text/languages';
import { ExistingDialog } from './existing-dialog';
import styles from './frame.module.css';
import { Header } from './header';
import { HomeView } from './home-view';
import { LanguageSwitch } from './language-switch';
import { NoticeBar } from './notice';
import { OfflineBar } from './offline-bar';
import { Opening } from './opening';
import { Unsupported, WrongLink } from './problem';
import { later } from './later';

/** Not needed before the first drop. */
const RoomView = later(async () => (await import('./room-view')).RoomView);
const SharesView = later(async () => (await import('./shares-view')).SharesView);
const HandedDialog = later(async () => (await import('./handed-dialog')).HandedDialog);

/** As the engine (manager.ts): loaded on the first sign of a person, so that the room is there when its link is. */
type First = 'home' | 'room' | 'shares';

function warmRoom(first: First): () => void {
  if (first === 'room') RoomView.warm();
  const signs = ['dragenter', 'pointerdown', 'keydown'] as const;
  const options = { once: true, passive: true };
  for (const sign of signs) addEventListener(sign, RoomView.warm, options);
  return () => {
    for (const sign of signs) removeEventListener(sign, RoomView.warm);
  };
}

export function Shell({ first }: { readonly first: First }) {
  const place = usePage((state) => state.place);
  const hovering = useIntake();
  usePageSignals();
  const { t } = useWords();
  useEffect(start, []);
  useEffect(settle, []);
  const handed = usePage((state) => state.handed);
  useEffect(() => warmRoom(first), [first]);
  useEffect(() => void startLanguage(), []);
  const main = useFocusOnChange(place.kind);
  if (place.kind === 'unsupported') return <Unsupported code={place.code} />;
  if (place.kind === 'wrong-link') return <WrongLink code={place.code} />;
  const home = place.kind === 'home' || (place.kind === 'loading' && first === 'home');
  return (
    <>
      <Header onHome={goHome}>
        <LanguageSwitch />
        {home ? null : (
          <button type="button" className="button small" onClick={goHome}>
            <Plus size={18} aria-hidden="true" />
            {t('frame.new-share')}
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

function OtherPlace({ place, first }: { readonly place: Place; readonly first: First }) {
  if (place.kind === 'shares' || (place.kind === 'loading' && first === 'shares'))
    return <Suspense fallback={null}>{place.kind === 'shares' ? <SharesView /> : null}</Suspense>;
  return (
    <Suspense fallback={<Opening />}>
      {place.kind === 'room' ? <RoomView key={place.id} id={place.id} /> : <Opening />}
    </Suspense>
  );
}

function DropLayer({ adds }: { readonly adds: boolean }) {
  const { t } = useWords();
  return (
    <div className={styles.drop} data-testid="drop-layer" aria-hidden="true">
      <p className={styles.dropNote}>{t(adds ? 'frame.drop-to-add' : 'frame.drop-here')}</p>
    </div>
  );
}
