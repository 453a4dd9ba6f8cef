'use client';
/** Any other address. Own page, because the framework's brings inline styles, which the content security policy forbids. */
import { useEffect } from 'react';
import { Message } from './_components/message';
import { useWords } from './_hooks/use-words';
import { startLanguage } from './_text/languages';

export default function NotFound() {
  const { t } = useWords();
  useEffect(() => void startLanguage(), []);
  return (
    <Message title={t('frame.nothing-here')} text={t('frame.nothing-here-text')}>
      <a className="button primary" href="/">
        {t('frame.own-files')}
      </a>
    </Message>
  );
}
