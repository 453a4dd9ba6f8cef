/** A real TURN server (Debian package coturn) on free loopback ports, as an operator would run one: shared secret, no TLS, nothing stored. */
import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { join } from 'node:path';
import { scratch } from './files';

export interface Coturn {
  /** What the app's server must be told (signaling/config.ts). */
  readonly env: Readonly<Record<'TURN_URLS' | 'TURN_SECRET', string>>;
  stop(): Promise<void>;
}

const binary = 'turnserver';
/** Starting takes well under a second; a busy machine gets more. */
const patienceMs = 20_000;

export const isCoturnInstalled = (): boolean =>
  spawnSync(binary, ['--version'], { stdio: 'ignore' }).error === undefined;

/** Rejects with what it wrote when it does not come up. */
export async function startCoturn(): Promise<Coturn> {
  const [port, folder] = [await freeUdpPort(), await scratch()];
  const secret = randomBytes(16).toString('hex');
  const child = spawn(
    binary,
    [
      // Else it reads the machine's own configuration.
      ...['-c', '/dev/null', '--no-tls', '--no-dtls', '--no-cli', '--no-multicast-peers'],
      ...['--allow-loopback-peers', '-L', '127.0.0.1', '-E', '127.0.0.1', `--listening-port=${port}`],
      ...['--use-auth-secret', `--static-auth-secret=${secret}`, '--realm=shoal.test'],
      ...['--log-file=stdout', '--simple-log', '--verbose', `--pidfile=${join(folder, 'pid')}`],
      `--userdb=${join(folder, 'db')}`,
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let said = '';
  const hear = (data: Buffer): void => void (said = (said + data.toString()).slice(-20_000));
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const failed = new Promise<never>((_, reject) => {
    child.once('error', reject);
    void ended.then(() => reject(new Error(`turnserver ended: ${said}`)));
  });
  failed.catch(() => undefined);
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL');
    await ended;
  };
  const until = Date.now() + patienceMs;
  while (!(await Promise.race([answersStun(port), failed]))) {
    if (Date.now() < until) continue;
    await stop();
    throw new Error(`turnserver does not answer: ${said}`);
  }
  return { env: { TURN_URLS: `turn:127.0.0.1:${port}?transport=udp`, TURN_SECRET: secret }, stop };
}

/** One STUN binding request (RFC 8489 §5), which any TURN server answers: true when it did within a moment. */
function answersStun(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4');
    const finish = (answer: boolean): void => {
      clearTimeout(clock);
      socket.close();
      resolve(answer);
    };
    const clock = setTimeout(finish, 200, false);
    socket.once('message', () => finish(true));
    socket.once('error', () => finish(false));
    const magicCookie = Buffer.from('2112a442', 'hex');
    socket.send(Buffer.concat([Buffer.from([0, 1, 0, 0]), magicCookie, randomBytes(12)]), port, '127.0.0.1');
  });
}

function freeUdpPort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createSocket('udp4');
    probe.once('error', reject);
    probe.bind(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}
