'use client';
/** Offers to install Shoal where this browser does; elsewhere, and once it is installed, nothing. */
import { Download } from 'lucide-react';
import { install, useInstallation } from '../_hooks/installing';
import { installWords as words } from '../_text/install';
import styles from './shares.module.css';

export function InstallPanel() {
  if (useInstallation() !== 'offered') return null;
  return (
    <section className={`panel ${styles.side ?? ''}`} aria-labelledby="install-title">
      <h2 id="install-title">{words.title}</h2>
      <p className="muted">{words.text}</p>
      <button type="button" className="button small" onClick={() => void install()}>
        <Download size={17} aria-hidden="true" />
        {words.button}
      </button>
    </section>
  );
}
