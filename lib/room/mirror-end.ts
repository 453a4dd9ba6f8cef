/**
 * Stopping or removing a room that this tab does not run: done here when no tab does (its lock is free), else handed to the tab that holds
 * the lock. Leaves out rooms this tab leads or mirrors (room/mirror).
 */
import type { RoomId } from '../base/ids';
import { LeaderCalls } from './mirror-calls';
import { readMirrorMessage, roomChannel } from './mirror-messages';
import type { TabEnvironment } from './tabs';

/** `settle` marks or erases what is stored. Rejects 'room-open-elsewhere' when another tab holds the room and does not answer. */
export async function endRoom(
  id: RoomId,
  command: 'stop' | 'remove',
  settle: () => Promise<void>,
  tabs: TabEnvironment,
): Promise<void> {
  const release = await tabs.locks.tryAcquire(roomChannel(id));
  if (release) {
    try {
      await settle();
    } finally {
      await release();
    }
    return;
  }
  const port = tabs.broadcast.open(roomChannel(id), (data) => {
    const message = readMirrorMessage(data);
    if (message?.kind === 'taken' || message?.kind === 'answer') calls.receive(message);
    else if (message?.kind === 'ended') calls.ended();
    else if (message?.kind === 'leads') calls.resend();
  });
  const calls = new LeaderCalls((message) => {
    port.post(message);
  }, tabs.clock);
  try {
    await calls.send({ command, args: [] });
  } finally {
    port.close();
  }
}
