/** "/r#<key>": the room behind a link. The key stays in the fragment, which no server sees. */
import { Shell } from '../_components/shell';
import { earlyLink } from '../early';

export default function RoomPage() {
  return (
    <>
      <script dangerouslySetInnerHTML={{ __html: earlyLink }} />
      <Shell first="room" />
    </>
  );
}
