'use client';
/** Shows a file in the page: Watch, Listen or View. */
import type { Display, FileEntry } from '../../lib/index';
import { useWords } from '../_hooks/use-words';
import { shown, splitPath } from '../_text/names';
import styles from './files.module.css';

const verbs = {
  video: 'files.watch',
  audio: 'files.listen',
  image: 'files.view',
  pdf: 'files.view',
  text: 'files.view',
} as const satisfies Record<Display, string>;

interface ViewButtonProps {
  readonly file: FileEntry;
  readonly onView: (file: FileEntry) => void;
  readonly tabIndex?: number;
}

export function ViewButton({ file, onView, tabIndex }: ViewButtonProps) {
  const { t } = useWords();
  if (!file.display) return null;
  const verb = verbs[file.display];
  const { name } = splitPath(shown(file.path));
  return (
    <button
      type="button"
      tabIndex={tabIndex}
      className={`button small ${styles.view ?? ''}`}
      aria-label={t(`${verb}-name`, { name })}
      onClick={() => onView(file)}
    >
      {t(verb)}
    </button>
  );
}
