'use client';
/** The options of a room, for its sender: each holds at once. A passphrase makes the link anew, so it has a button of its own. */
import { KeyRound } from 'lucide-react';
import { useRef, useState, type RefObject } from 'react';
import type { OptionsChange, RoomSnapshot } from '../../lib/index';
import { command } from '../_hooks/engine';
import { endsAtOf } from '../_hooks/draft';
import { setPassphrase } from '../_hooks/options';
import { useWords } from '../_hooks/use-words';
import { OptionsDialog } from './options-dialog';
import { OptionsEnd } from './options-end';
import { AddField, DownloadsField, EndsField, Limits } from './options-fields';
import { PassphraseField } from './options-passphrase';
import styles from './options.module.css';

interface OptionsRoomProps {
  readonly room: RoomSnapshot;
  readonly onClose: () => void;
}

export function OptionsRoom({ room, onClose }: OptionsRoomProps) {
  const first = useRef<HTMLInputElement>(null);
  const { id, options, othersMayAdd } = room;
  const passphrase = useTyped(room, onClose);
  const set = (change: OptionsChange): void => void command((shoal) => shoal.setOptions(id, change));
  return (
    <OptionsDialog first={first} onClose={onClose} onDone={passphrase.pending}>
      <RoomPassphrase room={room} field={first} typed={passphrase} />
      <EndsField endsAt={options.endsAt} onChange={(end) => set({ endsAt: endsAtOf(end) })} />
      <DownloadsField
        limit={options.downloads?.limit ?? null}
        done={options.downloads?.done ?? 0}
        onChange={(downloads) => set({ downloads })}
      />
      <AddField
        allowed={othersMayAdd}
        onChange={(allowed) => void command((shoal) => shoal.setOthersMayAdd(id, allowed))}
      />
      <Limits />
      <OptionsEnd onEnd={() => set({ over: true })} />
    </OptionsDialog>
  );
}

interface Typed {
  readonly value: string;
  readonly setValue: (value: string) => void;
  readonly busy: boolean;
  readonly set: (passphrase: string | null) => void;
  /** Sets what was typed. "Done" does too: who typed a passphrase and closes the dialog takes the share for protected. null: nothing to set. */
  readonly pending: (() => void) | null;
}

function useTyped({ id, options }: RoomSnapshot, onSet: () => void): Typed {
  const [value, setValue] = useState('');
  const [busy, setBusy] = useState(false);
  const run = async (passphrase: string | null): Promise<void> => {
    if (busy) return;
    setBusy(true);
    if (await setPassphrase(id, passphrase)) onSet();
    setBusy(false);
  };
  const set = (passphrase: string | null): void => void run(passphrase);
  const pending = value === '' || options.passphraseFixed ? null : () => set(value);
  return { value, setValue, busy, set, pending };
}

interface RoomPassphraseProps {
  readonly room: RoomSnapshot;
  readonly field: RefObject<HTMLInputElement | null>;
  readonly typed: Typed;
}

function RoomPassphrase({ room, field, typed }: RoomPassphraseProps) {
  const { t } = useWords();
  const { value, setValue, busy, set, pending } = typed;
  const { passphrase: isSet, passphraseFixed: fixed } = room.options;
  if (fixed)
    return (
      <div className={styles.field}>
        <strong>{t('options.passphrase')}</strong>
        {isSet ? <p>{t('options.passphrase-is-set')}</p> : null}
        <p className={styles.hint}>
          {t(fixed === 'files' ? 'options.passphrase-files' : 'options.passphrase-met')}
        </p>
      </div>
    );
  return (
    <div className={styles.field}>
      {isSet ? <p>{t('options.passphrase-is-set')}</p> : null}
      <PassphraseField field={field} value={value} onChange={setValue} disabled={busy} hint />
      {value === '' && !isSet && !busy ? null : (
        <>
          <p className={styles.hint} role="status">
            {t(busy ? 'options.passphrase-working' : 'options.passphrase-new-link')}
          </p>
          <div className="row">
            {value === '' ? null : (
              <button
                type="button"
                className="button"
                data-testid="passphrase-set"
                disabled={busy}
                onClick={() => pending?.()}
              >
                <KeyRound size={18} aria-hidden="true" />
                {t(isSet ? 'options.passphrase-change' : 'options.passphrase-set')}
              </button>
            )}
            {isSet ? (
              <button type="button" className="button" disabled={busy} onClick={() => set(null)}>
                {t('options.passphrase-remove')}
              </button>
            ) : null}
          </div>
        </>
      )}
    </div>
  );
}
