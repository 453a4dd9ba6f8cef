/**
 * Which language the page speaks: what the person chose here before, else the first of the browser's languages we have, else English. Loads
 * it, sets `lang` and `dir` of the document, remembers a choice. Rule: PROTOCOL.md UI80.
 */
import { isLoaded, languages, speak, wordsNow, type Language } from './words';

const storageKey = 'shoal-language';

const loaders: Record<
  Exclude<Language, 'en'>,
  () => Promise<{ default: Readonly<Record<string, string>> }>
> = {
  de: () => import('./messages/de/all'),
  es: () => import('./messages/es/all'),
  fr: () => import('./messages/fr/all'),
  ja: () => import('./messages/ja/all'),
  ar: () => import('./messages/ar/all'),
};

const isLanguage = (text: string): text is Language => Object.hasOwn(languages, text);
const primary = (tag: string): string => tag.split('-', 1)[0]?.toLowerCase() ?? '';

/** `remembered` first, then `preferred` in its order. */
export function languageOf(remembered: string | null, preferred: readonly string[]): Language {
  if (remembered !== null && isLanguage(remembered)) return remembered;
  return preferred.map(primary).find(isLanguage) ?? 'en';
}

/** "de-CH" for German where the browser says so: numbers and dates follow the region. */
export const localeOf = (language: Language, preferred: readonly string[]): string =>
  preferred.find((tag) => primary(tag) === language) ?? language;

/** A late answer does not undo a later choice. */
let asked = 0;

/** False: another was chosen meanwhile. Rejects when the language does not load; the page goes on in the one it has. */
async function load(language: Language): Promise<boolean> {
  asked += 1;
  const mine = asked;
  const own = language === 'en' || isLoaded(language) ? undefined : (await loaders[language]()).default;
  if (mine !== asked) return false;
  speak(language, localeOf(language, navigator.languages), own);
  const { documentElement } = document;
  documentElement.lang = language;
  documentElement.dir = language === 'ar' ? 'rtl' : 'ltr';
  return true;
}

/** Once the page runs: what the server wrote is English, and the first render must be too. */
export async function startLanguage(): Promise<void> {
  const language = languageOf(remembered(), navigator.languages);
  const { locale } = wordsNow();
  if (language === 'en' && localeOf('en', navigator.languages) === locale) return;
  await load(language).catch(() => undefined); // offline: English stays
}

export async function chooseLanguage(language: Language): Promise<void> {
  if (!(await load(language))) return;
  try {
    localStorage.setItem(storageKey, language);
  } catch {
    // Site data is blocked: it holds for this visit.
  }
}

function remembered(): string | null {
  try {
    return localStorage.getItem(storageKey);
  } catch {
    return null;
  }
}
