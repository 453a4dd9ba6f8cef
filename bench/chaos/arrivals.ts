/**
 * What lies in a folder of downloads, as a person finds it: finished files by their names. A file that looks finished must be the whole thing
 * (PROTOCOL CH2), also after a browser was killed while it saved; what a killed browser left under Chromium's name for unfinished ones may lie there.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { sha256 } from '../../e2e/support/files';

const run = promisify(execFile);

export interface Expected {
  readonly name: string;
  readonly bytes: number;
  readonly hash: string;
}

const unfinished = /\.crdownload$|^\.|^Unconfirmed /;

export class Arrivals {
  /** Size and time of what was hashed already, by name, with what was wrong with it (null: nothing). */
  private readonly seen = new Map<string, { readonly stamp: string; readonly wrong: string | null }>();

  constructor(
    readonly folder: string,
    private readonly expected: readonly Expected[],
  ) {}

  /** Something of a download lies there, finished or not. */
  async hasBegun(): Promise<boolean> {
    return (await this.names()).length > 0;
  }

  /** Whether everything sent lies there whole; what looks finished and is something else. */
  async check(): Promise<{ readonly arrived: boolean; readonly wrong: readonly string[] }> {
    const wrong: string[] = [];
    let arrived = false;
    for (const name of (await this.names()).filter((name) => !unfinished.test(name))) {
      const verdict = await this.verdict(name);
      if (verdict === null) arrived = true;
      else wrong.push(`${name}: ${verdict}`);
    }
    return { arrived, wrong };
  }

  private async names(): Promise<string[]> {
    return readdir(this.folder).catch(() => []);
  }

  private async verdict(name: string): Promise<string | null> {
    const path = join(this.folder, name);
    const { size, mtimeMs } = await stat(path);
    const stamp = `${size} ${mtimeMs}`;
    const before = this.seen.get(name);
    if (before?.stamp === stamp) return before.wrong;
    const wrong = await this.compare(path, size);
    this.seen.set(name, { stamp, wrong });
    return wrong;
  }

  private async compare(path: string, size: number): Promise<string | null> {
    const [first, ...more] = this.expected;
    if (!first) return 'nothing was sent';
    if (more.length > 0) return this.compareZip(path);
    if (size !== first.bytes) return `${size} bytes instead of ${first.bytes}`;
    return (await sha256(path)) === first.hash ? null : 'other bytes than were sent';
  }

  private async compareZip(path: string): Promise<string | null> {
    const out = await mkdtemp(join(tmpdir(), 'shoal-chaos-zip-'));
    try {
      await run('python3', ['-m', 'zipfile', '-e', path, out]);
      for (const { name, hash } of this.expected) {
        if ((await sha256(join(out, name)).catch(() => '')) !== hash)
          return `${name} in it is not what was sent`;
      }
      return null;
    } catch {
      return 'not a whole ZIP';
    } finally {
      await rm(out, { recursive: true, force: true });
    }
  }
}
