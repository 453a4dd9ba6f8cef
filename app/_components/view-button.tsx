'use client';
/** Shows a file in the page: Watch, Listen or View; in narrow long lists a sign instead of the word. */
import { Eye, Play } from 'lucide-react';
import type { Display, FileEntry } from '../../lib/index';
import { useWords } from '../_hooks/use-words';
import { shown, splitPath } from '../_text/names';
import type { MessageId, Translate } from '../_text/words';
import styles from './files.module.css';

const verbs = {
  video: ['files.watch', 'files.watch-name'],
  audio: ['files.listen', 'files.listen-name'],
  image: ['files.view', 'files.view-name'],
  pdf: ['files.view', 'files.view-name'],
  text: ['files.view', 'files.view-name'],
} as const satisfies Record<Display, readonly [MessageId, MessageId]>;

/** What the buttons of a list may say, a line each: its column is as wide in every row. */
export const viewVerbs = (t: Translate): string =>
  [...new Set(Object.values(verbs).map(([verb]) => t(verb)))].join('\n');

interface ViewButtonProps {
  readonly file: FileEntry;
  readonly onView: (file: FileEntry) => void;
  readonly tabIndex?: number;
}

export function ViewButton({ file, onView, tabIndex }: ViewButtonProps) {
  const { t } = useWords();
  if (!file.display) return null;
  const [verb, withName] = verbs[file.display];
  const Icon = verb === 'files.view' ? Eye : Play;
  const { name } = splitPath(shown(file.path));
  return (
    <button
      type="button"
      tabIndex={tabIndex}
      className={`button small ${styles.view ?? ''}`}
      aria-label={t(withName, { name })}
      onClick={() => onView(file)}
    >
      <Icon size={17} aria-hidden="true" className={styles.viewIcon} />
      <span>{t(verb)}</span>
    </button>
  );
}
