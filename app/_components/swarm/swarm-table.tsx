'use client';
/** The same facts as the picture, as a table: for screen readers, and for who prefers it. Changes once a second, so that it can be read. */
import type { PeerSnapshot, RoomSnapshot } from '../../../lib/index';
import { useCalm } from '../../_hooks/use-calm';
import { formatRate } from '../../_text/format';
import { useWords } from '../../_hooks/use-words';
import { aboutPeer, kindText, knownPart, listed, partText } from '../../_text/swarm';
import { nameOf, type Names } from './facts';
import styles from './swarm.module.css';

interface SwarmTableProps {
  readonly room: RoomSnapshot;
  readonly names: Names;
}

const everyMs = 1000;

export function SwarmTable({ room, names }: SwarmTableProps) {
  const { peers } = useCalm(room, everyMs);
  const { t } = useWords();
  if (peers.length === 0) return <p className="muted">{t('swarm.nobody')}</p>;
  return (
    <div className={styles.tableBox} tabIndex={0} role="region" aria-label={t('swarm.table')}>
      <table className={styles.table} data-testid="swarm-table">
        <caption className="hidden">{t('swarm.table')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('swarm.column-name')}</th>
            <th scope="col">{t('swarm.column-kind')}</th>
            <th scope="col">{t('swarm.column-has')}</th>
            <th scope="col">{t('swarm.column-from')}</th>
            <th scope="col">{t('swarm.column-to')}</th>
          </tr>
        </thead>
        <tbody>
          {peers.map((peer) => (
            <Row key={peer.id} peer={peer} name={nameOf(names, peer.id)} />
          ))}
        </tbody>
      </table>
      <p className={`muted ${styles.note ?? ''}`}>{t('swarm.table-note')}</p>
    </div>
  );
}

function Row({ peer, name }: { readonly peer: PeerSnapshot; readonly name: string }) {
  useWords(); // the sentences are in the page's language
  const { rateIn, rateOut } = peer;
  const part = knownPart(peer);
  const about = listed(aboutPeer(peer));
  return (
    <tr data-testid="swarm-row">
      <th scope="row">
        <bdi lang="en">{name}</bdi>
        {about === '' ? null : <span className={styles.about}>{about}</span>}
        <span className={`${styles.about ?? ''} ${styles.kind ?? ''}`}>{kindText(peer)}</span>
      </th>
      <td>{kindText(peer)}</td>
      <td>{part === null ? '–' : partText(part)}</td>
      <td>{formatRate(rateIn)}</td>
      <td>{formatRate(rateOut)}</td>
    </tr>
  );
}
