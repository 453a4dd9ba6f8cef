'use client';
/** Light, dark, or as the system has it. The choice stands on <html> and in this browser (_hooks/theme.ts). */
import { Monitor, Moon, Sun } from 'lucide-react';
import { chooseTheme, isTheme, themes, useTheme } from '../_hooks/theme';
import { useWords } from '../_hooks/use-words';
import styles from './frame.module.css';

const icons = { system: Monitor, light: Sun, dark: Moon } as const;

export function ThemeSwitch() {
  const { t } = useWords();
  const theme = useTheme();
  const Icon = icons[theme];
  return (
    <span className={styles.setting}>
      <Icon size={18} aria-hidden="true" />
      <select
        aria-label={t('frame.theme')}
        data-testid="theme"
        value={theme}
        onChange={({ currentTarget: { value } }) => {
          if (isTheme(value)) chooseTheme(value);
        }}
      >
        {themes.map((name) => (
          <option key={name} value={name}>
            {t(`frame.theme-${name}`)}
          </option>
        ))}
      </select>
    </span>
  );
}
