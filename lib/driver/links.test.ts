import { expect, test } from 'vitest';
import type { CloseReason } from '../base/errors';
import type { PeerId, RoomId, SessionId } from '../base/ids';
import { createWebCrypto } from '../adapters/web-crypto';
import type { LinkChannel, TransportHandlers } from '../ports';
import type { DriverContext } from './context';
import { Links } from './links';

test('[HS2] a link on which no hello comes ends as silent, which is no reason to cool off', async () => {
  const crypto = createWebCrypto();
  const closed: CloseReason[] = [];
  const due: { at: number; run: () => void }[] = [];
  let handlers: TransportHandlers | undefined;
  const context = {
    ports: {
      crypto,
      clock: {
        now: () => 0,
        at: (at: number, run: () => void) => {
          due.push({ at, run });
          return () => undefined;
        },
      },
      createTransport: () => ({
        listen: (given: TransportHandlers) => (handlers = given),
        connect: () => undefined,
        signal: () => undefined,
        close: (_session: SessionId, reason: CloseReason) => closed.push(reason),
      }),
      log: { write: () => undefined },
    },
    keys: { room: 'r'.repeat(22) as RoomId },
    identity: await crypto.createIdentity(),
    feed: () => undefined,
    background: (_what: string, work: Promise<unknown>) => void work.catch(() => undefined),
  } as unknown as DriverContext;
  const links = new Links(
    context,
    {
      message: () => undefined,
      block: () => undefined,
      drained: () => undefined,
      up: () => undefined,
      down: () => undefined,
    },
    'Test',
  );
  const session = 's'.repeat(22) as SessionId;
  links.connect('p'.repeat(22) as PeerId, session, 'initiator');
  handlers?.opened(session, {
    binding: new Uint8Array(32),
    sendControl: () => undefined,
    sendBlock: () => true,
    path: () => 'direct',
    near: () => false,
    listen: () => undefined,
  } as unknown as LinkChannel);
  expect(due).toHaveLength(1);
  expect(due[0]?.at).toBe(15_000);
  due[0]?.run();
  expect(closed).toEqual(['silent']);
});
