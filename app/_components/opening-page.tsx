'use client';
/** What the server renders for /r: one page for links that are being opened and for those that cannot be. Which is shown is known before the first paint (early.ts). */
import { useWords } from '../_hooks/use-words';
import { errorText } from '../_text/errors';
import styles from './frame.module.css';
import { MessageBody } from './message';
import { Opening } from './opening';

export function OpeningPage() {
  useWords();
  return (
    <>
      <div className={styles.whole}>
        <Opening />
      </div>
      <div className={styles.cut}>
        <MessageBody {...errorText('link-cut')} />
      </div>
    </>
  );
}
