/**
 * One plain sentence for every error a person can meet: what happened and what to do next. The words are messages (messages/<language>/error.json);
 * a new ShoalErrorCode does not compile until it is listed here and has them. Raw exception text is never shown; whatever has no code becomes 'internal'.
 */
import type { ShoalErrorCode } from '../../lib/index';
import { t } from './words';

export interface ErrorText {
  readonly title: string;
  readonly text: string;
}

/** In the page's language; a component that shows it renders again when that changes (useWords). */
export const errorText = (code: ShoalErrorCode): ErrorText =>
  // What is told while the page itself comes up, before the other errors' words are there.
  code === 'internal'
    ? { title: t('frame.fault'), text: t('frame.fault-text') }
    : code === 'link-cut'
      ? { title: t('frame.link-cut'), text: t('frame.link-cut-text') }
      : { title: t(`error.${code}.title`), text: t(`error.${code}.text`) };

const codes: Readonly<Record<ShoalErrorCode, true>> = {
  'insecure-context': true,
  'browser-unsupported': true,
  'engine-silent': true,
  'storage-unavailable': true,
  'storage-blocked': true,
  'storage-newer': true,
  'storage-broken': true,
  'link-malformed': true,
  'link-cut': true,
  'link-version': true,
  'passphrase-needed': true,
  'passphrase-wrong': true,
  'passphrase-late': true,
  'room-ended': true,
  'room-open-elsewhere': true,
  'room-unknown': true,
  'server-unreachable': true,
  'server-refused': true,
  'server-busy': true,
  'room-full': true,
  'nothing-to-share': true,
  'too-many-files': true,
  'too-many-shares': true,
  'share-too-large': true,
  'file-unreadable': true,
  'handed-lost': true,
  'paste-refused': true,
  'file-changed': true,
  'files-differ': true,
  'files-needed': true,
  'adding-not-allowed': true,
  'quota-exceeded': true,
  'store-failed': true,
  'publisher-lies': true,
  'chunk-damaged': true,
  'save-failed': true,
  'save-cancelled': true,
  'save-broken-off': true,
  'save-disk-full': true,
  'save-permission': true,
  'save-locked': true,
  'save-folder-gone': true,
  'save-blocked': true,
  'save-too-large': true,
  'nothing-chosen': true,
  'watch-failed': true,
  internal: true,
};

/** Every code, for tests. */
export const errorCodes = Object.keys(codes) as ShoalErrorCode[];

const isErrorCode = (code: unknown): code is ShoalErrorCode =>
  typeof code === 'string' && Object.hasOwn(codes, code);

/** The code of whatever was thrown; 'internal' when it carries none. By shape, since the engine's class is loaded later than this. */
export function codeOf(error: unknown): ShoalErrorCode {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return isErrorCode(code) ? code : 'internal';
}

/** What an error carries for the diagnostics: never shown as it is. */
export const detailOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'detail' in error && typeof error.detail === 'string'
    ? error.detail
    : '';
