'use client';
/**
 * What shows the file. The app's page is no client of the service worker, whose scope is /_dl/, so everything loads inside the stage, an empty
 * document of that scope (lib/adapters/service-worker/display.ts): the player by a portal, text by the stage's own fetch. A PDF is framed itself.
 */
import { useEffect, useRef, useState, type CSSProperties } from 'react';
import { createPortal } from 'react-dom';
import type { Viewing } from '../../lib/index';
import { followDrags } from '../_hooks/own-drag';
import styles from './viewer.module.css';

/** waiting: for a part to arrive · showing · failed: this browser cannot show it. */
export type ViewState = 'waiting' | 'showing' | 'failed';

interface ViewFrameProps {
  readonly viewing: Viewing;
  readonly name: string;
  readonly onState: (state: ViewState) => void;
  /** Keys pressed inside the stage do not reach the dialog. */
  readonly onEscape: () => void;
}

export function ViewFrame({ viewing, name, onState, onEscape }: ViewFrameProps) {
  if (viewing.display === 'pdf') return <Pdf viewing={viewing} name={name} onState={onState} />;
  return <Stage viewing={viewing} name={name} onState={onState} onEscape={onEscape} />;
}

function Stage({ viewing, name, onState, onEscape }: ViewFrameProps) {
  const frame = useRef<HTMLIFrameElement>(null);
  const [stage, setStage] = useState<Document | null>(null);
  const loaded = (): void => {
    // Null, or somebody else's words, when a service worker of an older version answered.
    const found = frame.current?.contentDocument;
    if (found?.title !== 'Viewer') return onState('failed');
    found.body.style.margin = '0';
    // Of another colour scheme than the page it would be an opaque white box.
    if (frame.current) found.documentElement.style.colorScheme = getComputedStyle(frame.current).colorScheme;
    setStage(found);
  };
  useEffect(() => {
    if (!stage) return undefined;
    const pressed = ({ key }: KeyboardEvent): void => {
      if (key === 'Escape' && !stage.fullscreenElement) onEscape();
    };
    const shown = new AbortController();
    stage.addEventListener('keydown', pressed, { signal: shown.signal });
    followDrags(stage, shown.signal);
    return () => shown.abort();
  }, [stage, onEscape]);
  const text = viewing.display === 'text';
  return (
    <>
      <iframe
        ref={frame}
        src={viewing.stage}
        title={name}
        className={styles[viewing.display]}
        allow="fullscreen; autoplay"
        hidden={text}
        onLoad={loaded}
      />
      {stage && text ? <Text stage={stage} viewing={viewing} name={name} onState={onState} /> : null}
      {stage && !text
        ? createPortal(<Player viewing={viewing} name={name} onState={onState} />, stage.body)
        : null}
    </>
  );
}

type PartProps = Omit<ViewFrameProps, 'onEscape'>;

/** No style sheet reaches into the stage; styles set as properties are no inline styles to its policy. */
const whole: CSSProperties = { display: 'block', width: '100%', height: '100vh', objectFit: 'contain' };
const wide: CSSProperties = { display: 'block', width: '100%' };

function Player({ viewing: { display, source }, name, onState }: PartProps) {
  const failed = (): void => onState('failed');
  const showing = (): void => onState('showing');
  if (display === 'image')
    return <img src={source} alt={name} style={whole} onLoad={showing} onError={failed} />;
  const events = {
    src: source,
    controls: true,
    autoPlay: true,
    'aria-label': name,
    onWaiting: () => onState('waiting'),
    onSeeking: () => onState('waiting'),
    onCanPlay: showing,
    onPlaying: showing,
    onError: failed,
  };
  return display === 'audio' ? (
    <audio {...events} style={wide} />
  ) : (
    <video {...events} playsInline style={whole} />
  );
}

function Text({ stage, viewing: { source }, name, onState }: PartProps & { readonly stage: Document }) {
  const [text, setText] = useState('');
  useEffect(() => {
    let current = true;
    const read = async (): Promise<void> => {
      const response = await stage.defaultView?.fetch(source);
      if (!response?.ok) throw new Error('no text');
      const found = await response.text();
      if (!current) return;
      setText(found);
      onState('showing');
    };
    read().catch(() => {
      if (current) onState('failed');
    });
    return () => {
      current = false;
    };
  }, [stage, source, onState]);
  // Focusable, so that it can be scrolled without a mouse. Each line runs as its own letters do, whatever the page's language.
  return (
    <pre className={styles.text} role="region" aria-label={name} tabIndex={0} dir="auto">
      {text}
    </pre>
  );
}

/** Older typings do not know it; false where the browser saves PDFs instead of showing them. */
const showsPdf = (): boolean =>
  (navigator as { readonly pdfViewerEnabled?: boolean }).pdfViewerEnabled !== false;

function Pdf({ viewing, name, onState }: PartProps) {
  const [able] = useState(showsPdf);
  useEffect(() => {
    if (!able) onState('failed');
  }, [able, onState]);
  return able ? (
    <iframe src={viewing.source} title={name} className={styles.pdf} onLoad={() => onState('showing')} />
  ) : null;
}
