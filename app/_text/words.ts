/**
 * The page's words: one catalog per language and area (messages/), ICU messages found by id. English is here from the start; another language
 * replaces it as a whole once it was loaded (languages.ts). Pure: knows no page, so texts can be tested in Node. Rules: PROTOCOL.md UI80 on.
 */
import { setupI18n } from '@lingui/core';
import first from './messages/en/first';
import type rest from './messages/en/rest';

type Catalog = Readonly<Record<string, string>>;
export type MessageId = keyof typeof first | keyof typeof rest;
/** What stands for the {placeholders}: a count that decides a plural is a number, everything else is text already formatted (format.ts). */
export type Values = Readonly<Record<string, string | number>>;
export type Translate = (id: MessageId, values?: Values) => string;

/** In their own words, as a person looks for them. */
export const languages = {
  en: 'English',
  de: 'Deutsch',
  es: 'Español',
  fr: 'Français',
  ja: '日本語',
  ar: 'العربية',
} as const;
export type Language = keyof typeof languages;

export interface Words {
  readonly language: Language;
  /** For Intl: the language with the person's region, where known. */
  readonly locale: string;
  readonly t: Translate;
}

const i18n = setupI18n({ locale: 'en', messages: { en: { ...first } } });
const catalogs: Record<Language, Catalog | null> = {
  en: first,
  de: null,
  es: null,
  fr: null,
  ja: null,
  ar: null,
};
const listeners = new Set<() => void>();

/** A new function for each state of the words: whoever remembers what it said by it says it anew. */
const words = (language: Language, locale: string): Words => ({
  language,
  locale,
  t: (id, values) => translate(id, values),
});

/** What was said without values, until the words change: the room says a hundred of them five times a second. */
let said = new Map<MessageId, string>();

function translate(id: MessageId, values?: Values): string {
  if (values) return i18n.t(id, { ...values });
  const text = said.get(id) ?? i18n.t(id);
  said.set(id, text);
  return text;
}

export const englishWords = words('en', 'en');
let current = englishWords;

export const wordsNow = (): Words => current;

/** The words for an id in the page's language. In components `useWords()` instead, which follows a change of language. */
export const t: Translate = (id, values) => translate(id, values);

export function onWords(listener: () => void): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

/** More English, which came with a part of the page. A language that lacks an id says it in English. */
export function addEnglish(more: Catalog): void {
  catalogs.en = { ...catalogs.en, ...more };
  for (const language of Object.keys(languages) as Language[]) {
    const own = catalogs[language];
    if (own) i18n.load(language, { ...catalogs.en, ...own });
  }
  tell(words(current.language, current.locale));
}

/** `own`: the whole catalog of the language; not asked for again once given. */
export function speak(language: Language, locale: string, own?: Catalog): void {
  if (own) {
    catalogs[language] = own;
    i18n.load(language, { ...catalogs.en, ...own });
  }
  i18n.activate(language, locale);
  tell(words(language, locale));
}

export const isLoaded = (language: Language): boolean => catalogs[language] !== null;

function tell(next: Words): void {
  said = new Map();
  current = next;
  for (const listener of [...listeners]) listener();
}
