'use client';
/** A fault while rendering: the generic sentence and a way on; never the exception's text. */
import { Message } from './_components/message';
import { errorTexts } from './_text/errors';

export default function RenderError() {
  return (
    <Message {...errorTexts.internal} alert>
      <button type="button" className="button primary" onClick={() => location.reload()}>
        Reload the page
      </button>
    </Message>
  );
}
