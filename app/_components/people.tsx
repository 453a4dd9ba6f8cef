'use client';
/** Who is here: the number of other browsers, and a list of them with what went to and fro. What they say of themselves is hostile text; their names are made here (_text/peer-names). */
import type { PeerSnapshot, RoomSnapshot } from '../../lib/index';
import { usePeerNames } from '../_hooks/use-peer-names';
import { useWords } from '../_hooks/use-words';
import { flows, formatBytes, formatRate } from '../_text/format';
import { aboutPeer, hasText, kindText, listed } from '../_text/swarm';
import { FactList, type Fact } from './facts';
import styles from './room.module.css';
import { SeeSwarm } from './swarm/see-swarm';

export function People({ room }: { readonly room: RoomSnapshot }) {
  const { t } = useWords();
  const { peers, self } = room;
  const names = usePeerNames(room);
  const own = self === null ? undefined : names.get(self);
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
        <div className={styles.scroll} tabIndex={0} role="region" aria-label={t('people.list')}>
          <ul className={styles.people}>
            {peers.map((peer) => (
              <Person key={peer.id} peer={peer} name={names.get(peer.id) ?? ''} />
            ))}
          </ul>
        </div>
      )}
      {own === undefined ? null : (
        <p className={`muted ${styles.small ?? ''}`}>{t('swarm.you-are', { name: own })}</p>
      )}
      <div className="row">
        <SeeSwarm room={room} />
      </div>
    </section>
  );
}

function Person({ peer, name }: { readonly peer: PeerSnapshot; readonly name: string }) {
  const { t } = useWords();
  const { bytesSent, bytesReceived, rateIn, rateOut } = peer;
  const rate = rateIn + rateOut;
  const flowed: Fact[] = [];
  if (bytesSent > 0) flowed.push([t('room.sent'), formatBytes(bytesSent)]);
  if (bytesReceived > 0) flowed.push([t('room.received'), formatBytes(bytesReceived)]);
  if (flows(rate)) flowed.push([t('room.speed'), formatRate(rate)]);
  return (
    <li data-testid="peer-row">
      <bdi lang="en" className={styles.agent} title={name}>
        {name}
      </bdi>
      <span className={styles.has}>{listed([...aboutPeer(peer), kindText(peer), ...hasText(peer)])}</span>
      <FactList facts={flowed} className={styles.flowed} />
    </li>
  );
}
