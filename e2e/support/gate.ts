/**
 * A door before the server, on a port of its own: everything goes through, except that new sockets of the app can be kept waiting without an
 * answer, as in a network that swallows them, while pages still load.
 */
import { connect, createServer, type Socket } from 'node:net';
import { freePort } from './server';

export interface Gate {
  readonly url: string;
  /** Sockets opened while this holds get no answer, and are cut when it ends, so that the app asks again. */
  holdSockets(hold: boolean): void;
  close(): Promise<void>;
}

const asksForSocket = /^upgrade: *websocket/im;

export async function openGate(serverPort: number): Promise<Gate> {
  const port = await freePort();
  const all = new Set<Socket>();
  const held = new Set<Socket>();
  let holding = false;
  const track = (socket: Socket): void => {
    all.add(socket);
    // A broken pair closes itself; there is nobody to tell.
    socket.on('error', () => socket.destroy());
    socket.once('close', () => {
      all.delete(socket);
      held.delete(socket);
    });
  };
  const gate = createServer((client) => {
    track(client);
    // A socket of the app is always a connection of its own, so the first bytes decide.
    client.once('data', (first) => {
      if (holding && asksForSocket.test(first.toString('latin1'))) return void held.add(client);
      const server = connect(serverPort, '127.0.0.1');
      track(server);
      server.write(first);
      client.pipe(server).pipe(client);
      client.once('close', () => server.destroy());
      server.once('close', () => client.destroy());
    });
  });
  await new Promise<void>((resolve) => gate.listen(port, '127.0.0.1', resolve));
  return {
    url: `http://localhost:${port}`,
    holdSockets(hold) {
      holding = hold;
      if (!hold) for (const socket of held) socket.destroy();
    },
    close: () =>
      new Promise((resolve) => {
        gate.close(() => resolve());
        for (const socket of all) socket.destroy();
      }),
  };
}
