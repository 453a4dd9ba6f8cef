/** "/": drop files here. */
import { Shell } from './_components/shell';

export default function HomePage() {
  return <Shell first="home" />;
}
