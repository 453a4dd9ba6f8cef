'use client';
/** "/": the whole page takes files. What it promises, how to give it files without dragging, and the shares of this browser. */
import { takeFiles } from '../_hooks/manager';
import { usePage } from '../_hooks/use-shoal';
import { counted } from '../_text/format';
import styles from './home.module.css';
import { Library } from './library';
import { Pickers } from './pickers';
import { School } from './school';

export function HomeView({ hovering }: { readonly hovering: boolean }) {
  const taking = usePage((state) => state.taking);
  const busy = taking !== null;
  return (
    <>
      <section className={styles.hero} aria-labelledby="promise">
        <School
          mood={hovering || busy ? 'gather' : 'drift'}
          lit={hovering || busy ? 1 : 0}
          className={styles.school}
        />
        <div className={styles.words}>
          <h1 id="promise">Drop files. Share the link.</h1>
          <p className={styles.lead}>
            Whoever opens it downloads straight from your browser, and helps to pass the files on to the next.
          </p>
          <Pickers
            onPick={takeFiles}
            files="Choose files"
            folder="Choose a folder"
            size="big"
            primary
            disabled={busy}
          />
          <p className="muted" role="status">
            {taking === null
              ? 'Or drop them anywhere on this page, or paste.'
              : taking === 0
                ? 'Making your link…'
                : `Making your link for ${counted(taking, 'file')}…`}
          </p>
        </div>
      </section>
      <Library />
      <ul className={styles.facts}>
        <li>
          <strong>End-to-end encrypted.</strong> The key is in the link and never reaches the server.
        </li>
        <li>
          <strong>No upload to wait for.</strong> The link works at once; files go from browser to browser.
        </li>
        <li>
          <strong>Never from zero.</strong> What broke off goes on where it stopped, on both sides.
        </li>
      </ul>
    </>
  );
}
