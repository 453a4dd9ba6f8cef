/**
 * The server as a process that is killed and started again on the same address, with all it said. PROTOCOL CH5: it logs no error, also not
 * when its clients vanish. Log lines are pino's: one JSON object each, level 50 and above is an error.
 */
import { spawn, type ChildProcess } from 'node:child_process';

const errorLevel = 50;
const linesKept = 2_000;

export interface ServerOptions {
  readonly host: string | null;
  readonly port: number;
  /** Put before the command: the way into a namespace. */
  readonly prefix: readonly [string, ...string[]] | null;
}

export class ChaosServer {
  /** What it said, of all its lives. */
  readonly lines: string[] = [];
  private child: ChildProcess | undefined;
  private expectedEnd = false;

  constructor(private readonly options: ServerOptions) {}

  get pid(): number | undefined {
    return this.child?.pid;
  }

  start(): Promise<void> {
    const { host, port, prefix } = this.options;
    const self = [process.execPath, '--import', 'tsx', 'signaling/main.ts'] as const;
    const [command, ...args] = prefix ? [...prefix, ...self] : self;
    this.expectedEnd = false;
    const child = spawn(command, args, {
      env: {
        ...process.env,
        PORT: String(port),
        LOG_LEVEL: 'warn',
        ...(host === null ? {} : { HOST: host }),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child = child;
    return new Promise((resolve, reject) => {
      const hear = (data: Buffer): void => {
        const lines = data.toString().split('\n').filter(Boolean);
        if (lines.some((line) => line.includes('Shoal is ready'))) resolve();
        this.lines.push(...lines.filter((line) => !line.includes('Shoal is ready')));
        this.lines.splice(0, Math.max(0, this.lines.length - linesKept));
      };
      child.stdout.on('data', hear);
      child.stderr.on('data', hear);
      child.once('error', reject);
      child.once('exit', (code, signal) => {
        if (!this.expectedEnd) this.lines.push(`ended by itself: ${code ?? signal ?? 'unknown'}`);
        reject(
          new Error(
            `the server ended with ${code ?? signal ?? 'nothing'}: ${this.lines.slice(-5).join(' ')}`,
          ),
        );
      });
    });
  }

  kill(signal: 'SIGKILL' | 'SIGTERM' = 'SIGKILL'): Promise<void> {
    const { child } = this;
    this.expectedEnd = true;
    if (!child || child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
    return new Promise((resolve) => {
      child.once('exit', () => resolve());
      child.kill(signal);
    });
  }

  /** Lines that tell of an error, or that are no log line at all: an exception that reached the top. */
  errors(): string[] {
    return this.lines.filter((line) => {
      try {
        return ((JSON.parse(line) as { level?: number }).level ?? errorLevel) >= errorLevel;
      } catch {
        return true;
      }
    });
  }
}
