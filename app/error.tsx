'use client';
/** A fault while rendering: the generic sentence and a way on; never the exception's text. */
import { Message } from './_components/message';
import { useWords } from './_hooks/use-words';
import { errorText } from './_text/errors';

export default function RenderError() {
  const { t } = useWords();
  return (
    <Message {...errorText('internal')} alert>
      <button type="button" className="button primary" onClick={() => location.reload()}>
        {t('frame.reload')}
      </button>
    </Message>
  );
}
