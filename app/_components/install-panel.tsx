'use client';
/** Offers to install Shoal where this browser does; elsewhere, and once it is installed, nothing. */
import { Download } from 'lucide-react';
import { install, useInstallation } from '../_hooks/installing';
import { useWords } from '../_hooks/use-words';
import styles from './shares.module.css';

export function InstallPanel() {
  const { t } = useWords();
  if (useInstallation() !== 'offered') return null;
  return (
    <section className={`panel ${styles.side ?? ''}`} aria-labelledby="install-title">
      <h2 id="install-title">{t('install.title')}</h2>
      <p className="muted">{t('install.text')}</p>
      <button type="button" className="button small" onClick={() => void install()}>
        <Download size={17} aria-hidden="true" />
        {t('install.button')}
      </button>
    </section>
  );
}
