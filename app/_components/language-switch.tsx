'use client';
/** Which language the page speaks: the system's own list, each language in its own words. */
import { Languages } from 'lucide-react';
import { useWords } from '../_hooks/use-words';
import { chooseLanguage } from '../_text/languages';
import { languages, type Language } from '../_text/words';
import styles from './frame.module.css';

const isLanguage = (text: string): text is Language => Object.hasOwn(languages, text);

export function LanguageSwitch() {
  const { t, language } = useWords();
  const choose = (text: string): void => {
    if (isLanguage(text)) chooseLanguage(text).catch(() => undefined); // offline: it stays as it is
  };
  return (
    <span className={styles.setting}>
      <Languages size={18} aria-hidden="true" />
      <span className={styles.settingName} aria-hidden="true">
        {languages[language]}
      </span>
      <select
        aria-label={t('frame.language')}
        data-testid="language"
        value={language}
        onChange={(event) => choose(event.currentTarget.value)}
      >
        {Object.entries(languages).map(([code, name]) => (
          <option key={code} value={code} lang={code}>
            {name}
          </option>
        ))}
      </select>
    </span>
  );
}
