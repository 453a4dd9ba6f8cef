'use client';
/** Pages for what keeps a person out: a link that does not open, a browser or address Shoal cannot run in. Each names the next step. */
import { useRef, type SubmitEvent } from 'react';
import type { ShoalErrorCode } from '../../lib/index';
import { goHome, openPasted } from '../_hooks/manager';
import { errorTexts } from '../_text/errors';
import styles from './frame.module.css';
import fields from './fields.module.css';
import { WhyButton } from './find-out-why';
import { Message } from './message';

const reload = (
  <button type="button" className="button primary" onClick={() => location.reload()}>
    Reload the page
  </button>
);

export function WrongLink({ code }: { readonly code: ShoalErrorCode }) {
  const aboutLink = code.startsWith('link-');
  return (
    <Message {...errorTexts[code]} alert onHome={goHome}>
      {aboutLink ? <PasteLink /> : reload}
      <button type="button" className="button" onClick={goHome}>
        Share files of your own
      </button>
    </Message>
  );
}

export function Unsupported({ code }: { readonly code: ShoalErrorCode }) {
  return (
    <Message {...errorTexts[code]} alert>
      {code === 'insecure-context' ? (
        <a className="button primary" href={`https:${location.href.slice(location.protocol.length)}`}>
          Try https://{location.host}
        </a>
      ) : code === 'browser-unsupported' ? null : (
        reload
      )}
      <WhyButton />
    </Message>
  );
}

function PasteLink() {
  const field = useRef<HTMLInputElement>(null);
  const open = (event: SubmitEvent): void => {
    event.preventDefault();
    const text = field.current?.value ?? '';
    if (text.trim() !== '') openPasted(text);
  };
  return (
    <form className={styles.form} onSubmit={open}>
      <label htmlFor="whole-link">The whole link</label>
      <input
        id="whole-link"
        ref={field}
        className={fields.text}
        type="text"
        autoComplete="off"
        spellCheck={false}
        placeholder="https://…/r#…"
      />
      <button type="submit" className="button primary">
        Open
      </button>
    </form>
  );
}
