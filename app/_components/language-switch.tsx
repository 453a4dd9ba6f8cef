'use client';
/** Which language the page speaks: the system's own list, each language in its own words. */
import { Languages } from 'lucide-react';
import { chooseLanguage } from '../_text/languages';
import { useWords } from '../_hooks/use-words';
import { languages, type Language } from '../_text/words';
import styles from './frame.module.css';

export function LanguageSwitch() {
  const { t, language } = useWords();
  return (
    <label className={styles.language}>
      <Languages size={18} aria-hidden="true" />
      <span className="hidden">{t('frame.language')}</span>
      <select
        value={language}
        onChange={(event) =>
          void chooseLanguage(event.currentTarget.value as Language).catch(() => undefined)
        }
      >
        {Object.entries(languages).map(([code, name]) => (
          <option key={code} value={code} lang={code}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}
