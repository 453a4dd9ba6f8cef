/**
 * The colour scheme a person chose: `data-theme` on <html>, remembered in this browser; without a choice it is the system's (app/tokens.css).
 * early.ts sets it before the first paint.
 */
import { useSyncExternalStore } from 'react';
import { themeKey } from '../early';

export const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];
export const isTheme = (text: unknown): text is Theme => themes.some((theme) => theme === text);

const listeners = new Set<() => void>();

const themeNow = (): Theme => {
  const { theme } = document.documentElement.dataset;
  return isTheme(theme) ? theme : 'system';
};

export function chooseTheme(theme: Theme): void {
  const { dataset } = document.documentElement;
  if (theme === 'system') delete dataset['theme'];
  else dataset['theme'] = theme;
  try {
    localStorage.setItem(themeKey, theme);
  } catch {
    // Site data is blocked: it holds for this visit.
  }
  for (const listener of listeners) listener();
}

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
};

export const useTheme = (): Theme => useSyncExternalStore(subscribe, themeNow, () => 'system');
