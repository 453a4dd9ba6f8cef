'use client';
/** Who is here: the number of other browsers, and a small table of the links to them. Their names for themselves are hostile text. */
import type { PeerSnapshot, RoomSnapshot } from '../../lib/index';
import { formatBytes, formatRate } from '../_text/format';
import { shown } from '../_text/names';
import styles from './room.module.css';

export function People({ room }: { readonly room: RoomSnapshot }) {
  const { peers } = room;
  return (
    <section className={`panel ${styles.side ?? ''}`} aria-labelledby="people-title">
      <div className={styles.sideHead}>
        <h2 id="people-title">Peers</h2>
        <p className={styles.count}>
          <span data-testid="peer-count">{peers.length}</span> <span className="muted">here besides you</span>
        </p>
      </div>
      {peers.length === 0 ? (
        <p className={`muted ${styles.small ?? ''}`}>Nobody is connected yet.</p>
      ) : (
        <div className={styles.scroll} tabIndex={0} role="region" aria-label="Peers, scrollable table">
          <table className={styles.table}>
            <thead>
              <tr>
                <th scope="col">Agent, path</th>
                <th scope="col">Sent</th>
                <th scope="col">Received</th>
                <th scope="col">Rate</th>
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

const paths = { direct: 'direct', relayed: 'relayed', unknown: 'connected' } as const;

function PeerRow({ peer }: { readonly peer: PeerSnapshot }) {
  const { agent, path, bytesSent, bytesReceived, rateIn, rateOut, completeness, isCreator } = peer;
  const name = shown(agent) || 'Browser';
  return (
    <tr data-testid="peer-row">
      <th scope="row">
        <bdi className={styles.agent} title={name}>
          {name}
        </bdi>
        <span className={styles.has}>
          {isCreator ? 'Made this, ' : ''}
          {paths[path]}, has {Math.floor(completeness * 100)}&nbsp;%
        </span>
      </th>
      <td>{formatBytes(bytesSent)}</td>
      <td>{formatBytes(bytesReceived)}</td>
      <td>{formatRate(rateIn + rateOut)}</td>
    </tr>
  );
}
