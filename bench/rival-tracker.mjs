// WebTorrent's own tracker, websocket only, for bench:rivals: `node bench/rival-tracker.mjs <folder it is installed in> <host> <port>`.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [folder = '', host, port] = process.argv.slice(2);
const module = await import(
  pathToFileURL(join(folder, 'node_modules', 'bittorrent-tracker', 'server.js')).href
);
const server = new module.default({ udp: false, http: false, ws: true, stats: false });
server.on('error', (error) => {
  console.error(error);
  process.exit(1);
});
server.listen(Number(port), host, () => console.log('tracker is ready'));
