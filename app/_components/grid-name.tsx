'use client';
/** The name in a row of a long list, with what stands before it, and on narrow screens what else there is to say below it. */
import { ChevronRight, Folder, FolderOpen } from 'lucide-react';
import type { ReactNode } from 'react';
import { hits } from '../_files/search';
import styles from './file-browser.module.css';
import files from './files.module.css';

interface GridNameProps {
  readonly name: string;
  /** What a search found it by; none: nothing stands out. */
  readonly words: readonly string[];
  /** Of a folder: whether it is open; undefined: a file. */
  readonly open: boolean | undefined;
  readonly picture: ReactNode;
  /** The folders a found file lies in; '' where the tree shows them. */
  readonly within: string;
  /** On narrow screens in place of columns. */
  readonly facts: readonly ReactNode[];
}

export function GridName({ name, words, open, picture, within, facts }: GridNameProps) {
  return (
    <>
      {open === undefined ? (
        picture
      ) : (
        <>
          <ChevronRight
            size={17}
            aria-hidden="true"
            className={`directed ${styles.chevron ?? ''}`}
            data-open={open}
          />
          <span className={files.picture}>
            {open ? (
              <FolderOpen size={20} aria-hidden="true" className={styles.folderIcon} />
            ) : (
              <Folder size={20} aria-hidden="true" className={styles.folderIcon} />
            )}
          </span>
        </>
      )}
      <span className={styles.lines}>
        <bdi className={styles.line}>
          <Lit text={name} words={words} />
        </bdi>
        <span className={styles.under}>
          {facts.map((fact, index) =>
            fact === null ? null : (
              <span key={index} className={styles.narrow}>
                {fact}
              </span>
            ),
          )}
          {within === '' ? null : (
            <bdi className={styles.line}>
              <Lit text={within} words={words} />
            </bdi>
          )}
        </span>
      </span>
    </>
  );
}

interface LitProps {
  readonly text: string;
  readonly words: readonly string[];
}

/** What was searched for stands out. */
const Lit = ({ text, words }: LitProps) =>
  hits(text, words).map((part, index) => (part.hit ? <mark key={index}>{part.text}</mark> : part.text));
