/** The real server in a process of its own, on a free loopback port, so that it can be killed and started again. */
import { spawn, type ChildProcess } from 'node:child_process';
import { createServer } from 'node:net';

export interface TestServer {
  readonly url: string;
  readonly port: number;
  /** SIGKILL: what a crash looks like. */
  kill(): Promise<void>;
  /** Starts again on the same port. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

const product = ['--import', 'tsx', 'signaling/main.ts'];
/** With live reload: what `npm run dev` runs. */
export const development = ['scripts/dev.mjs'];

export async function startServer(
  env: Readonly<Record<string, string>> = {},
  args: readonly string[] = product,
): Promise<TestServer> {
  const port = await freePort();
  let child = await launch(port, env, args);
  return {
    url: `http://localhost:${port}`,
    port,
    kill: () => end(child, 'SIGKILL'),
    async restart() {
      child = await launch(port, env, args);
    },
    stop: () => end(child, 'SIGTERM'),
  };
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => {
        if (address && typeof address === 'object') resolve(address.port);
        else reject(new Error('no free port'));
      });
    });
  });
}

function launch(
  port: number,
  env: Readonly<Record<string, string>>,
  args: readonly string[],
): Promise<ChildProcess> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      env: { ...process.env, PORT: String(port), LOG_LEVEL: 'warn', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    const hear = (data: Buffer): void => {
      said += data.toString();
      if (said.includes('Shoal is ready')) resolve(child);
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.once('exit', (code) => reject(new Error(`the server ended with ${code ?? 'a signal'}: ${said}`)));
  });
}

function end(child: ChildProcess, signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill(signal);
  });
}
