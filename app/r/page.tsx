/** "/r#<key>": the room behind a link. The key stays in the fragment, which no server sees. */
import { Shell } from '../_components/shell';

export default function RoomPage() {
  return <Shell first="room" />;
}
