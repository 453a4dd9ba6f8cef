'use client';
/** What both pages render: the view that belongs to the address, around it the header, the notice, drop and paste, the spoken state. */
import { Plus } from 'lucide-react';
import { useEffect, useRef, type RefObject } from 'react';
import type { RoomId } from '../../lib/index';
import { goHome, start } from '../_hooks/manager';
import { settle } from '../_hooks/settle';
import { isNoticed, type Place } from '../_hooks/store';
import { useFocusKept } from '../_hooks/use-focus-kept';
import { useIntake } from '../_hooks/use-intake';
import { usePageSignals } from '../_hooks/use-page-signals';
import { usePage } from '../_hooks/use-shoal';
import { useWords } from '../_hooks/use-words';
import { errorText } from '../_text/errors';
import { startLanguage } from '../_text/languages';
import { Footer } from './footer';
import styles from './frame.module.css';
import { Header } from './header';
import { HomeView } from './home-view';
import { Message } from './message';
import { OfflineBar } from './offline-bar';
import { Opening } from './opening';
import { OpeningPage } from './opening-page';
import { Panels } from './panels';
import {
  ExistingDialog,
  HandedDialog,
  NoticeBar,
  OptionsLocked,
  RoomView,
  SharesView,
  Unsupported,
  warmParts,
  WrongLink,
  type First,
} from './parts';

export const Shell = (props: { readonly first: First }) => (
  <>
    <View {...props} />
    <Panels />
  </>
);

function View({ first }: { readonly first: First }) {
  const place = usePage((state) => state.place);
  const hovering = useIntake();
  usePageSignals();
  const { t } = useWords();
  useEffect(start, []);
  useEffect(settle, []);
  useEffect(() => warmParts(first), [first]);
  useWarmRoom();
  useEffect(() => void startLanguage(), []);
  const main = useFocusOnChange(place.kind === 'room' ? place.id : place.kind);
  useFocusKept(main, place.kind);
  if (place.kind === 'unsupported') return <Unsupported code={place.code} meanwhile={<Opening />} />;
  if (place.kind === 'wrong-link')
    return (
      <WrongLink
        code={place.code}
        meanwhile={place.code === 'link-cut' ? <Message {...errorText(place.code)} /> : <Opening />}
      />
    );
  const home = place.kind === 'home' || (place.kind === 'loading' && first === 'home');
  return (
    <>
      <Header onHome={goHome}>
        {home ? null : (
          <button
            type="button"
            className={`button small ${styles.newShare ?? ''} ${place.kind === 'loading' ? (styles.whole ?? '') : ''}`}
            onClick={goHome}
          >
            <Plus size={18} aria-hidden="true" />
            <span>{t('frame.new-share')}</span>
          </button>
        )}
      </Header>
      <OfflineBar />
      <Notices />
      <main ref={main} tabIndex={-1} className={styles.main}>
        {home ? <HomeView hovering={hovering} /> : <OtherPlace place={place} first={first} />}
      </main>
      <Footer />
      {hovering ? <DropLayer adds={!home && place.kind !== 'shares'} /> : null}
    </>
  );
}

/** Files can also come without a sign of a person, as a browser hands on what was chosen before the page came alive. */
function useWarmRoom(): void {
  const taking = usePage((state) => state.taking !== null);
  useEffect(() => {
    if (taking) RoomView.warm();
  }, [taking]);
}

/** The control that was used is gone with its view: focus goes to the new one instead of nowhere. Not on the first view. */
function useFocusOnChange(view: Place['kind'] | RoomId): RefObject<HTMLElement | null> {
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
    return place.kind === 'shares' ? <SharesView /> : null;
  if (place.kind === 'locked') return <OptionsLocked meanwhile={<Opening />} />;
  if (place.kind === 'loading') return <OpeningPage />;
  return place.kind === 'room' ? (
    <RoomView key={place.id} id={place.id} meanwhile={<Opening />} />
  ) : (
    <Opening />
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

/** Nothing to tell: nothing to load. */
function Notices() {
  const told = usePage(isNoticed);
  const asked = usePage(({ asking }) => asking !== null);
  const handed = usePage((state) => state.handed);
  return (
    <>
      {told ? <NoticeBar /> : null}
      {asked ? <ExistingDialog /> : null}
      {handed ? <HandedDialog handed={handed} /> : null}
    </>
  );
}
