// npm run dev: Next's development server with live reload and the tracker, on one port. Pages come without the production headers, as
// live reload needs eval. The tracker itself is not reloaded: start again after a change in signaling/.
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import next from 'next';
import { pino } from 'pino';
import { register } from 'tsx/esm/api';
import { watchEngineWorker } from './engine-worker.mjs';
import { bundleServiceWorker } from './service-worker.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
process.chdir(root);
process.env.NEXT_TELEMETRY_DISABLED = '1';
register();
const { readConfig, ConfigError } = await import('../signaling/config.ts');
const { startServer, StartError } = await import('../signaling/server.ts');

try {
  const config = readConfig(process.env);
  await bundleServiceWorker({ watch: true });
  await watchEngineWorker();
  // A server of its own that never listens: else Next takes every upgrade on ours, the tracker's included (pitfalls 9.10).
  const upgrades = createServer();
  const app = next({ dev: true, dir: root, port: config.port, httpServer: upgrades });
  await app.prepare();
  const server = await startServer(config, pino({ level: config.logLevel, base: null }), {
    request: app.getRequestHandler(),
    // Live reload is answered only there (Next 16.4: getUpgradeHandler's knows nothing of it), and no page comes alive without it.
    upgrade: (request, socket, head) => upgrades.emit('upgrade', request, socket, head),
  });
  const stop = () => {
    // Next and esbuild keep watching files, and live reload its sockets open, otherwise.
    setTimeout(() => process.exit(0), 2000);
    void server.close().finally(() => process.exit(0));
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  console.log(`Shoal is ready for development: ${server.url}`);
} catch (error) {
  const known = error instanceof ConfigError || error instanceof StartError;
  console.error(known ? error.message : error);
  process.exit(1);
}
