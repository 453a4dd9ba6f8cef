'use client';
/** What both pages render: the view that belongs to the address, around it the header, the notice, drop and paste, the spoken state. */
import { Plus } from 'lucide-react';
import { Suspense, useEffect, useRef, type RefObject } from 'react';
import { goHome, start } from '../_hooks/manager';
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
import { Opening } from './opening';
import { Unsupported, WrongLink } from './problem';
import { later } from './later';

/** Not needed before the first drop. */
const RoomView = later(async () => (await import('./room-view')).RoomView);

/** As the engine (manager.ts): loaded on the first sign of a person, so that the room is there when its link is. */
function warmRoom(first: 'home' | 'room'): () => void {
  if (first === 'room') RoomView.warm();
  const signs = ['dragenter', 'pointerdown', 'keydown'] as const;
  const options = { once: true, passive: true };
  for (const sign of signs) addEventListener(sign, RoomView.warm, options);
  return () => {
    for (const sign of signs) removeEventListener(sign, RoomView.warm);
  };
}

export function Shell({ first }: { readonly first: 'home' | 'room' }) {
  const place = usePage((state) => state.place);
  const hovering = useIntake();
  usePageSignals();
  const { t } = useWords();
  useEffect(start, []);
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
      <NoticeBar />
      <main ref={main} tabIndex={-1} className={styles.main}>
        {home ? <HomeView hovering={hovering} /> : <RoomPlace place={place} />}
      </main>
      {hovering ? <DropLayer home={home} /> : null}
      <ExistingDialog />
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

const RoomPlace = ({ place }: { readonly place: Place }) =>
  place.kind === 'room' ? (
    <Suspense fallback={<Opening />}>
      <RoomView key={place.id} id={place.id} />
    </Suspense>
  ) : (
    <Opening />
  );

function DropLayer({ home }: { readonly home: boolean }) {
  const { t } = useWords();
  return (
    <div className={styles.drop} aria-hidden="true">
      <p className={styles.dropNote}>{t(home ? 'frame.drop-here' : 'frame.drop-to-add')}</p>
    </div>
  );
}
