/** "/shares": everything this browser keeps, sent and received. */
import type { Metadata } from 'next';
import { Shell } from '../_components/shell';

export const metadata: Metadata = { title: 'Your shares – Shoal' };

export default function SharesPage() {
  return <Shell first="shares" />;
}
