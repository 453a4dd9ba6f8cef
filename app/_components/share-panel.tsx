'use client';
/** The link and the ways to hand it on: copy, the system's share sheet, a QR code. There before anything else once files were dropped. */
import { Share2 } from 'lucide-react';
import { useId, useRef } from 'react';
import type { RoomSnapshot } from '../../lib/index';
import { useMounted } from '../_hooks/use-shoal';
import { useWords } from '../_hooks/use-words';
import type { MessageId } from '../_text/words';
import { CopyButton } from './copy-button';
import { Joined } from './joined';
import { NearbyDoor } from './nearby-door';
import fields from './fields.module.css';
import { OptionsButton, OptionsChips } from './options-button';
import { QrCode } from './qr-code';
import styles from './share-panel.module.css';

interface SharePanelProps {
  readonly room: RoomSnapshot;
  /** The creator's is the page's first thing; a guest's stands aside. */
  readonly prominent: boolean;
}

export function SharePanel({ room, prominent }: SharePanelProps) {
  const { t } = useWords();
  const { link } = room;
  const [title, text] = wordsOf(room.detail.kind === 'stopped', prominent);
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const mounted = useMounted();
  const canShare = mounted && 'share' in navigator;
  return (
    <section
      className={`panel ${styles.panel ?? ''} ${(prominent ? styles.prominent : styles.side) ?? ''}`}
      aria-labelledby={`${id}-title`}
    >
      <div className={styles.words}>
        <h2 id={`${id}-title`}>{t(title)}</h2>
        <p className="muted">{t(text)}</p>
        <label htmlFor={id} className="hidden">
          {t('room.link')}
        </label>
        <input
          id={id}
          ref={field}
          className={`${fields.text ?? ''} ${styles.link ?? ''}`}
          data-testid="share-link"
          dir="ltr"
          readOnly
          value={link}
          onFocus={(event) => event.currentTarget.select()}
        />
        <div className={`row ${styles.buttons ?? ''}`}>
          <CopyButton
            text={() => link}
            label={t('room.copy-link')}
            className={`button ${prominent ? 'primary' : 'small'}`}
            onRefused={() => field.current?.focus()}
          />
          <NearbyDoor small={!prominent} />
          {canShare ? <NativeShare link={link} small={!prominent} /> : null}
        </div>
        {prominent ? (
          <div className={styles.foot}>
            <Joined room={room} />
            <OptionsButton room={room} />
          </div>
        ) : null}
        <OptionsChips options={room.options} />
      </div>
      <QrCode text={link} />
    </section>
  );
}

function wordsOf(stopped: boolean, prominent: boolean): readonly [title: MessageId, text: MessageId] {
  if (stopped) return ['room.link', 'room.link-stopped-text'];
  return prominent
    ? ['room.link-ready', 'room.link-ready-text']
    : ['room.link-pass-on', 'room.link-pass-on-text'];
}

function NativeShare({ link, small }: { readonly link: string; readonly small: boolean }) {
  const { t } = useWords();
  const share = async (): Promise<void> => {
    try {
      await navigator.share({ title: t('room.share-title'), url: link });
    } catch {
      // Closed without sharing: nothing to tell.
    }
  };
  return (
    <button type="button" className={`button ${small ? 'small' : ''}`} onClick={() => void share()}>
      <Share2 size={18} aria-hidden="true" />
      {t('room.share')}
    </button>
  );
}
