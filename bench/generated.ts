/** Files to share that e2e has no use for: a very large one that takes no disk, and very many. */
import { mkdir, open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A hole of that size: reads as zeros and takes no disk. */
export async function sparseFile(path: string, bytes: number): Promise<string> {
  const file = await open(path, 'w');
  await file.truncate(bytes);
  await file.close();
  return path;
}

/** Files of a few bytes, a hundred in each subfolder. */
export async function manyFiles(folder: string, count: number): Promise<string> {
  for (let i = 0; i < count; i++) {
    const under = join(folder, `album ${String(Math.floor(i / 100)).padStart(4, '0')}`);
    if (i % 100 === 0) await mkdir(under, { recursive: true });
    await writeFile(join(under, `picture ${i}.txt`), `number ${i}\n`);
  }
  return folder;
}
