/** Files to send, made on the spot: content nobody could mistake for another's, and hashes to compare. */
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, rmSync } from 'node:fs';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { once } from 'node:events';

export const mebibyte = 1024 * 1024;

const given: string[] = [];

/** A new folder, of which nothing stays: a profile that received a gigabyte holds one. */
export async function scratch(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'shoal-e2e-'));
  given.push(folder);
  return folder;
}

/** Removes every folder `scratch` gave out; after each test, and when the process ends. Browsers that are still ending write a moment longer. */
export function clearScratch(): void {
  for (const folder of given.splice(0)) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}
process.once('exit', clearScratch);

/** Pseudo-random bytes (xorshift32), written in pieces; `seed` makes files differ. */
export async function makeFile(path: string, bytes: number, seed = 1): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  const out = createWriteStream(path);
  let x = (seed * 2654435761) | 1;
  for (let at = 0; at < bytes; at += mebibyte) {
    const words = new Uint32Array(mebibyte / 4);
    for (let i = 0; i < words.length; i++) {
      x ^= x << 13;
      x ^= x >>> 17;
      x ^= x << 5;
      words[i] = x;
    }
    if (!out.write(Buffer.from(words.buffer, 0, Math.min(mebibyte, bytes - at)))) await once(out, 'drain');
  }
  out.end();
  await once(out, 'close');
  return path;
}

export async function makeTree(
  root: string,
  files: Readonly<Record<string, string | Buffer>>,
): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  }
}

export async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(path)) hash.update(piece as Buffer);
  return hash.digest('hex');
}
