/**
 * The server as a process: environment, one line when ready, a graceful end on SIGTERM and SIGINT.
 * Exit codes: 0 stopped as asked, 1 could not start or stop, 2 wrong configuration.
 */
import { pino } from 'pino';
import { ConfigError, readConfig } from './config';
import { StartError, startServer } from './server';

/** After this the process ends whatever still holds it; a little over what the server itself waits. */
const hardExitMs = 11_000;
/** Signals closer together than this are one (guess). */
const sameSignalMs = 500;

async function main(): Promise<void> {
  const config = readConfig(process.env);
  const log = pino({ level: config.logLevel, base: null });
  const server = await startServer(config, log);
  let stoppingSince: number | undefined;
  const stop = (signal: NodeJS.Signals): void => {
    // Twice means: now. But under npm one Ctrl-C arrives twice, from the terminal and forwarded.
    if (stoppingSince !== undefined) {
      if (performance.now() - stoppingSince > sameSignalMs) process.exit(1);
      return;
    }
    stoppingSince = performance.now();
    log.debug({ signal }, 'Stopping.');
    setTimeout(() => process.exit(1), hardExitMs).unref();
    server.close().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ err: error }, 'The server did not stop cleanly.');
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  // Last: whoever reads it may act on it at once.
  process.stdout.write(`Shoal is ready: ${server.url}\n`);
}

try {
  await main();
} catch (error) {
  const known = error instanceof ConfigError || error instanceof StartError;
  process.stderr.write(`${known ? error.message : `Shoal could not start: ${String(error)}`}\n`);
  process.exit(error instanceof ConfigError ? 2 : 1);
}
