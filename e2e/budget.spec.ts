/** What a page may cost before it is of use. */
import { expect, test } from './support/fixtures';
import { scriptBytes } from './support/scripts';

test('[UI188] the page that takes a drop loads at most 190 KiB of scripts, gzipped; engine and swarm come when they are needed', async ({
  launch,
  server,
}) => {
  const { page } = await launch();
  const { gzip } = await scriptBytes(page, server.url);
  // Next and React alone are 133: less would mean that not all of it was seen.
  expect(gzip / 1024).toBeGreaterThan(130);
  expect(gzip / 1024).toBeLessThanOrEqual(190);
});
