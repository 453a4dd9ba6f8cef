'use client';
/** Pages for what keeps a person out: a link that does not open, a browser or address Shoal cannot run in. Each names the next step. */
import { useRef, type SubmitEvent } from 'react';
import type { ShoalErrorCode } from '../../lib/index';
import { goHome, openPasted } from '../_hooks/manager';
import { useWords } from '../_hooks/use-words';
import { errorText } from '../_text/errors';
import styles from './frame.module.css';
import fields from './fields.module.css';
import { WhyButton } from './find-out-why';
import { Message } from './message';

function Reload() {
  const { t } = useWords();
  return (
    <button type="button" className="button primary" onClick={() => location.reload()}>
      {t('frame.reload')}
    </button>
  );
}

export function WrongLink({ code }: { readonly code: ShoalErrorCode }) {
  const { t } = useWords();
  const aboutLink = code.startsWith('link-');
  return (
    <Message {...errorText(code)} alert onHome={goHome}>
      {aboutLink ? <PasteLink /> : <Reload />}
      <button type="button" className="button" onClick={goHome}>
        {t('frame.own-files')}
      </button>
    </Message>
  );
}

export function Unsupported({ code }: { readonly code: ShoalErrorCode }) {
  const { t } = useWords();
  return (
    <Message {...errorText(code)} alert>
      {code === 'insecure-context' ? (
        <a className="button primary" href={`https:${location.href.slice(location.protocol.length)}`}>
          {t('frame.try-address', { address: `https://${location.host}` })}
        </a>
      ) : code === 'browser-unsupported' ? null : (
        <Reload />
      )}
      <WhyButton />
    </Message>
  );
}

function PasteLink() {
  const { t } = useWords();
  const field = useRef<HTMLInputElement>(null);
  const open = (event: SubmitEvent): void => {
    event.preventDefault();
    const text = field.current?.value ?? '';
    if (text.trim() !== '') openPasted(text);
  };
  return (
    <form className={styles.form} onSubmit={open}>
      <label htmlFor="whole-link">{t('frame.whole-link')}</label>
      <input
        id="whole-link"
        ref={field}
        className={fields.text}
        type="text"
        dir="ltr"
        autoComplete="off"
        spellCheck={false}
        placeholder="https://…/r#…"
      />
      <button type="submit" className="button primary">
        {t('frame.open')}
      </button>
    </form>
  );
}
