/** What contributors work with. */
import { join } from 'node:path';
import { makeFile, scratch, sha256 } from './support/files';
import { expect, test } from './support/fixtures';
import { development, startServer } from './support/server';

test('[SV16] the development server’s pages come alive, and a file goes from one to the other', async ({
  launch,
}) => {
  const file = await makeFile(join(await scratch(), 'a.bin'), 300_000);
  const server = await startServer({}, development);
  try {
    const [sender, receiver] = [await launch(), await launch()];
    const link = await sender.share(server.url, file);
    await receiver.join(link);
    const saved = await receiver.download();
    expect(await sha256(saved.path)).toBe(await sha256(file));
    expect([...sender.failures, ...receiver.failures]).toEqual([]);
  } finally {
    await server.stop();
  }
});
