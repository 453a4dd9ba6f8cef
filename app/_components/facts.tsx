'use client';
/** The numbers of a transfer, few and calm: how much, how fast, how long, where from. Only what is true of the present state. */
import type { RoomSnapshot } from '../../lib/index';
import { useWords } from '../_hooks/use-words';
import { formatBytes, formatCount, formatDuration, formatRate } from '../_text/format';
import type { Translate } from '../_text/words';
import styles from './room.module.css';

export function Facts({ room }: { readonly room: RoomSnapshot }) {
  const { t } = useWords();
  const facts = factsOf(t, room);
  return <FactList facts={facts} className={styles.facts} />;
}

export type Fact = readonly [name: string, value: string];

interface FactListProps {
  readonly facts: readonly Fact[];
  readonly className: string | undefined;
}

/** Nothing where there are none. */
export const FactList = ({ facts, className }: FactListProps) =>
  facts.length === 0 ? null : (
    <dl className={className}>
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );

function factsOf(t: Translate, room: RoomSnapshot): readonly Fact[] {
  const { detail, progress, totals, peers } = room;
  const amount = t('room.amount', {
    done: formatBytes(progress.bytesDone),
    total: formatBytes(progress.bytesTotal),
  });
  const left: Fact[] =
    progress.secondsLeft === null ? [] : [[t('room.time-left'), formatDuration(progress.secondsLeft)]];
  const passedOn: Fact[] = totals.bytesSent > 0 ? [[t('room.passed-on'), formatBytes(totals.bytesSent)]] : [];
  switch (detail.kind) {
    case 'preparing':
      return [[t('room.prepared'), amount], ...left, ...sendingNow(t, room)];
    case 'receiving':
      return [
        [t('room.received'), amount],
        [t('room.speed'), formatRate(progress.rateIn)],
        ...left,
        [t('room.from'), fromWhom(t, room)],
        ...passedOn,
      ];
    case 'sending':
      return [
        [t('room.speed'), formatRate(progress.rateOut)],
        [t('room.sent'), formatBytes(totals.bytesSent)],
        [t('room.to'), t('room.browsers', { count: peers.filter(({ rateOut }) => rateOut > 0).length })],
      ];
    case 'missing':
      return [[t('room.received'), amount], ...passedOn];
    case 'received':
      return [[t('room.received'), formatBytes(progress.bytesTotal)], ...relayedShare(t, room), ...passedOn];
    case 'nobody-asks':
    case 'sent':
      return passedOn;
    default:
      return [];
  }
}

const sendingNow = (t: Translate, { progress }: RoomSnapshot): Fact[] =>
  progress.rateOut >= 500 ? [[t('room.sending'), formatRate(progress.rateOut)]] : [];

function fromWhom(t: Translate, { peers }: RoomSnapshot): string {
  const from = peers.filter(({ rateIn }) => rateIn > 0);
  const relayed = from.filter(({ path }) => path === 'relayed').length;
  const count = from.length;
  if (relayed === 0) return t('room.browsers', { count });
  if (relayed === count) return t('room.browsers-relayed', { count });
  return t('room.browsers-some-relayed', { count, relayed: formatCount(relayed) });
}

const relayedShare = (t: Translate, { totals }: RoomSnapshot): Fact[] =>
  totals.bytesReceivedRelayed > 0 ? [[t('room.relayed'), formatBytes(totals.bytesReceivedRelayed)]] : [];
