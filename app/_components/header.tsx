'use client';
/** The line above every page (and the page's title): the name, which leads home, language and colours, and what the page adds at its end. */
import type { MouseEvent, ReactNode } from 'react';
import { usePageTitle } from '../_hooks/use-page-signals';
import styles from './frame.module.css';
import { LanguageSwitch } from './language-switch';
import { fishPath } from './school';
import { ThemeSwitch } from './theme-switch';

/** A name, the same in every language. */
const brand = 'Shoal';

interface HeaderProps {
  /** Goes home without a reload, which would break off transfers; absent where no engine runs. */
  readonly onHome?: (() => void) | undefined;
  readonly children?: ReactNode;
}

export function Header({ onHome, children }: HeaderProps) {
  const title = usePageTitle();
  const leave = (event: MouseEvent): void => {
    if (!onHome || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    onHome();
  };
  return (
    <header className={styles.header}>
      <title>{title}</title>
      <a href="/" className={styles.brand} onClick={onHome && leave}>
        <svg viewBox="-18 -12 33 24" width="30" height="22" aria-hidden="true" focusable="false">
          <path d={fishPath} className={styles.mark} />
        </svg>
        {brand}
      </a>
      <span className={styles.settings}>
        <LanguageSwitch />
        <ThemeSwitch />
      </span>
      {children}
    </header>
  );
}
