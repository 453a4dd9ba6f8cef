'use client';
/** Who is here: the number of other browsers, and a small table of the links to them. Their names for themselves are hostile text. */
import type { PeerSnapshot, RoomSnapshot } from '../../lib/index';
import { useWords } from '../_hooks/use-words';
import { formatBytes, formatPercent, formatRate } from '../_text/format';
import { shown } from '../_text/names';
import styles from './room.module.css';

export function People({ room }: { readonly room: RoomSnapshot }) {
  const { t } = useWords();
  const { peers } = room;
  return (
    <section className={`panel ${styles.side ?? ''}`} aria-labelledby="people-title">
      <div className={styles.sideHead}>
        <h2 id="people-title">{t('people.title')}</h2>
        <p className={styles.count}>
          <span data-testid="peer-count">{peers.length}</span>{' '}
          <span className="muted">{t('people.besides-you')}</span>
        </p>
      </div>
      {peers.length === 0 ? (
        <p className={`muted ${styles.small ?? ''}`}>{t('people.nobody')}</p>
      ) : (
        <div className={styles.scroll} tabIndex={0} role="region" aria-label={t('people.table')}>
          <table className={styles.table}>
            <thead>
              <tr>
                <th scope="col">{t('people.agent')}</th>
                <th scope="col">{t('room.sent')}</th>
                <th scope="col">{t('room.received')}</th>
                <th scope="col">{t('room.speed')}</th>
              </tr>
            </thead>
            <tbody>
              {peers.map((peer) => (
                <PeerRow key={peer.id} peer={peer} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function PeerRow({ peer }: { readonly peer: PeerSnapshot }) {
  const { t } = useWords();
  const { agent, path, bytesSent, bytesReceived, rateIn, rateOut, completeness, isCreator } = peer;
  const name = shown(agent) || t('people.browser');
  return (
    <tr data-testid="peer-row">
      <th scope="row">
        <bdi className={styles.agent} title={name}>
          {name}
        </bdi>
        <span className={styles.has}>
          {t(isCreator ? 'people.has-creator' : 'people.has', {
            path,
            percent: formatPercent(completeness * 100),
          })}
        </span>
      </th>
      <td>{formatBytes(bytesSent)}</td>
      <td>{formatBytes(bytesReceived)}</td>
      <td>{formatRate(rateIn + rateOut)}</td>
    </tr>
  );
}
