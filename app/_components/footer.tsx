'use client';
/** The last line of every page: help where nothing connects. */
import { openPanel } from '../_hooks/panel';
import { diagnosisWords } from '../_text/diagnosis-door';
import styles from './footer.module.css';

export const Footer = () => (
  <footer className={styles.footer}>
    <button type="button" className="button small bare" onClick={() => void openPanel('diagnosis')}>
      {diagnosisWords.help}
    </button>
  </footer>
);
