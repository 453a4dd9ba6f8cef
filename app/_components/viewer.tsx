'use client';
/** Shows one file while it arrives, in a dialog. Says when it waits for a part and when it cannot be shown. A native dialog brings focus trap, Escape and the way back. */
import { X } from 'lucide-react';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { FileEntry, RoomId, ShareId } from '../../lib/index';
import { useViewing } from '../_hooks/use-viewing';
import { useWords } from '../_hooks/use-words';
import { errorText } from '../_text/errors';
import { shown, splitPath } from '../_text/names';
import { ViewFrame, type ViewState } from './view-frame';
import styles from './viewer.module.css';

interface ViewerProps {
  readonly room: RoomId;
  readonly share: ShareId;
  readonly file: FileEntry;
  readonly onClose: () => void;
}

export function Viewer({ room, share, file, onClose }: ViewerProps) {
  const { t } = useWords();
  const dialog = useRef<HTMLDialogElement>(null);
  const opened = useViewing(room, share, file.index);
  const [state, setState] = useState<ViewState>('waiting');
  useEffect(() => {
    const element = dialog.current;
    if (element && !element.open) element.showModal();
  }, []);
  const close = useCallback(() => dialog.current?.close(), []);
  const code = opened && 'code' in opened ? opened.code : state === 'failed' ? 'watch-failed' : null;
  return (
    <dialog
      ref={dialog}
      className={styles.dialog}
      aria-labelledby="viewer-title"
      data-testid="viewer"
      data-display={file.display}
      data-showing={code ? 'failed' : state}
      onClose={onClose}
    >
      <div className={styles.head}>
        <h2 id="viewer-title">
          <bdi>{splitPath(shown(file.path)).name}</bdi>
        </h2>
        <button type="button" className="button small" onClick={close}>
          <X size={18} aria-hidden="true" />
          {t('dialog.close')}
        </button>
      </div>
      {code === null && opened && 'viewing' in opened ? (
        <ViewFrame viewing={opened.viewing} name={shown(file.path)} onState={setState} onEscape={close} />
      ) : null}
      <p role="status" className={styles.said}>
        {code === null && state === 'waiting' ? t('files.waiting-for-part') : null}
      </p>
      {code === null ? null : (
        <div role="alert" className={styles.problem}>
          <h3>{errorText(code).title}</h3>
          <p>{errorText(code).text}</p>
        </div>
      )}
    </dialog>
  );
}
