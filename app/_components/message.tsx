/** A page that has one thing to say: wrong address, wrong link, unsupported browser. A title, a sentence, a next step. */
import type { ReactNode } from 'react';
import styles from './frame.module.css';
import { Header } from './header';
import { School } from './school';

interface MessageBodyProps {
  readonly title: string;
  readonly text: string;
  /** An error of the engine, told to screen readers at once. */
  readonly alert?: boolean;
  readonly children?: ReactNode;
}

export function Message({ onHome, ...body }: MessageBodyProps & { readonly onHome?: () => void }) {
  return (
    <>
      <Header onHome={onHome} />
      <main className={styles.main}>
        <MessageBody {...body} />
      </main>
    </>
  );
}

export function MessageBody({ title, text, alert = false, children }: MessageBodyProps) {
  return (
    <div className={styles.message}>
      <School mood="still" className={styles.messageSchool} />
      <h1>{title}</h1>
      <p className={styles.messageText} {...(alert ? { role: 'alert', 'data-testid': 'error' } : {})}>
        {text}
      </p>
      {children}
    </div>
  );
}
