'use client';
/** The numbers of a transfer, few and calm: how much, how fast, how long, where from. Only what is true of the present state. */
import type { RoomSnapshot } from '../../lib/index';
import { counted, formatBytes, formatDuration, formatRate } from '../_text/format';
import styles from './room.module.css';

export function Facts({ room }: { readonly room: RoomSnapshot }) {
  const facts = factsOf(room);
  if (facts.length === 0) return null;
  return (
    <dl className={styles.facts}>
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

type Fact = readonly [name: string, value: string];

function factsOf(room: RoomSnapshot): readonly Fact[] {
  const { detail, progress, totals, peers } = room;
  const amount = `${formatBytes(progress.bytesDone)} of ${formatBytes(progress.bytesTotal)}`;
  const left: Fact[] =
    progress.secondsLeft === null ? [] : [['Time left', formatDuration(progress.secondsLeft)]];
  const passedOn: Fact[] = totals.bytesSent > 0 ? [['Passed on', formatBytes(totals.bytesSent)]] : [];
  switch (detail.kind) {
    case 'preparing':
      return [['Prepared', amount], ...left, ...sendingNow(room)];
    case 'receiving':
      return [
        ['Received', amount],
        ['Speed', formatRate(progress.rateIn)],
        ...left,
        ['From', fromWhom(room)],
        ...passedOn,
      ];
    case 'sending':
      return [
        ['Speed', formatRate(progress.rateOut)],
        ['Sent', formatBytes(totals.bytesSent)],
        ['To', counted(peers.filter(({ rateOut }) => rateOut > 0).length, 'browser')],
      ];
    case 'missing':
      return [['Received', amount], ...passedOn];
    case 'received':
      return [['Received', formatBytes(progress.bytesTotal)], ...relayedShare(room), ...passedOn];
    case 'nobody-asks':
    case 'sent':
      return passedOn;
    default:
      return [];
  }
}

const sendingNow = ({ progress }: RoomSnapshot): Fact[] =>
  progress.rateOut >= 500 ? [['Sending', formatRate(progress.rateOut)]] : [];

function fromWhom({ peers }: RoomSnapshot): string {
  const from = peers.filter(({ rateIn }) => rateIn > 0);
  const relayed = from.filter(({ path }) => path === 'relayed').length;
  const all = counted(from.length, 'browser');
  if (from.length === 0 || relayed === 0) return all;
  return relayed === from.length ? `${all}, relayed` : `${all}, ${relayed} relayed`;
}

const relayedShare = ({ totals }: RoomSnapshot): Fact[] =>
  totals.bytesReceivedRelayed > 0 ? [['Relayed', formatBytes(totals.bytesReceivedRelayed)]] : [];
