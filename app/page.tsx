/** "/": drop files here. */
import { Shell } from './_components/shell';
import { earlyShares } from './early';

export default function HomePage() {
  return (
    <>
      <script dangerouslySetInnerHTML={{ __html: earlyShares }} />
      <Shell first="home" />
    </>
  );
}
