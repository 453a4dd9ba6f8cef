/** Rule [UI80]: which language the page speaks, and how it changes. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { chooseLanguage, languageOf, localeOf } from './languages';
import de from './messages/de/all';
import { addEnglish, onWords, speak, t, wordsNow } from './words';

afterEach(() => speak('en', 'en'));

describe('languages', () => {
  it('[UI80] a choice comes first, then the browser’s languages in their order, then English', () => {
    expect(languageOf('ja', ['de-AT'])).toBe('ja');
    expect(languageOf('xx', ['de-AT', 'fr'])).toBe('de');
    expect(languageOf(null, ['pt-BR', 'es-MX', 'de'])).toBe('es');
    expect(languageOf(null, ['toString', 'pt'])).toBe('en');
    expect(languageOf(null, [])).toBe('en');
  });

  it('[UI80] numbers follow the region', () => {
    expect(localeOf('de', ['en', 'de-CH'])).toBe('de-CH');
    expect(localeOf('ja', ['en'])).toBe('ja');
  });

  it('[UI80] a change tells those who listen, with a new function to say things by', () => {
    const heard = vi.fn();
    const stop = onWords(heard);
    const before = wordsNow();
    expect(t('home.choose-files')).toBe('Choose files');
    speak('de', 'de-CH', de);
    expect(heard).toHaveBeenCalledOnce();
    expect(wordsNow().t).not.toBe(before.t);
    expect(wordsNow().locale).toBe('de-CH');
    expect(t('home.choose-files')).toBe('Dateien wählen');
    expect(t('home.making-link-for', { count: 1200 })).toMatch(/1.200 Dateien/);
    stop();
  });

  it('[UI80] what a language lacks is said in English, also when that comes later', () => {
    addEnglish({ 'later.word': 'Later' });
    speak('fr', 'fr', { 'home.choose-files': 'Choisir' });
    expect(t('home.choose-folder')).toBe('Choose a folder');
    addEnglish({ 'later.more': 'More' });
    expect(t('later.more' as 'home.promise')).toBe('More');
    expect(t('home.choose-files')).toBe('Choisir');
  });

  it('[UI80] of two choices the later is spoken and remembered, however late the first one loads', async () => {
    const setItem = vi.fn();
    vi.stubGlobal('localStorage', { setItem });
    vi.stubGlobal('navigator', { languages: ['en'] });
    vi.stubGlobal('document', { documentElement: {} });
    await Promise.all([chooseLanguage('es'), chooseLanguage('en')]);
    vi.unstubAllGlobals();
    expect(wordsNow().language).toBe('en');
    expect(setItem.mock.calls).toEqual([['shoal-language', 'en']]);
  });
});
