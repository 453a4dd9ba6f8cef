/** "/shares": everything this browser keeps, sent and received. */
import { Shell } from '../_components/shell';

export default function SharesPage() {
  return <Shell first="shares" />;
}
