import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer } from './server';
import { silent, testConfig } from './testing';

let out: string;
beforeAll(async () => {
  out = await mkdtemp(join(tmpdir(), 'shoal-out-'));
  await writeFile(join(out, 'index.html'), '<p>hello</p>');
});
afterAll(() => rm(out, { recursive: true }));

describe('server', () => {
  it('[SV7] every response carries the security headers, those of socket.io too', async () => {
    const server = await startServer(testConfig({ OUT_DIR: out }), silent);
    for (const path of ['/', '/socket.io/', '/socket.io/?EIO=4&transport=polling', '/nothing']) {
      const { headers } = await fetch(`http://127.0.0.1:${server.port}${path}`);
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(headers.get('x-content-type-options')).toBe('nosniff');
    }
    const health = await fetch(`http://127.0.0.1:${server.port}/healthz`);
    expect(await health.json()).toEqual({ ok: true });
    await server.close();
  });

  it('[SV13] says plainly why it cannot start', async () => {
    const server = await startServer(testConfig({ OUT_DIR: out }), silent);
    await expect(startServer({ ...testConfig({ OUT_DIR: out }), port: server.port }, silent)).rejects.toThrow(
      `Port ${server.port} is already in use.`,
    );
    await server.close();
    await expect(startServer(testConfig({ OUT_DIR: join(out, 'nothing') }), silent)).rejects.toThrow(
      'The app is not built yet.',
    );
    await expect(startServer(testConfig({ OUT_DIR: out, HOST: '192.0.2.1' }), silent)).rejects.toThrow(
      'HOST is "192.0.2.1", which is no address of this machine.',
    );
  });

  it('[SV13] as a process: one line when ready, exit 0 on SIGTERM, exit 2 on wrong variables', async () => {
    const main = fileURLToPath(new URL('./main.ts', import.meta.url));
    const run = (env: Record<string, string>) => {
      const child = spawn(process.execPath, ['--import', 'tsx', main], {
        env: { NODE_ENV: 'test', PATH: process.env.PATH, OUT_DIR: out, PORT: '0', HOST: '127.0.0.1', ...env },
      });
      let said = '';
      const ready = new Promise<void>((resolve) => {
        for (const stream of [child.stdout, child.stderr])
          stream.on('data', (text: Buffer) => {
            said += text.toString();
            if (said.includes('\n')) resolve();
          });
      });
      const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
      return { child, ready, ended, said: () => said };
    };
    const good = run({});
    await good.ready;
    expect(good.said()).toMatch(/^Shoal is ready: http:\/\/127\.0\.0\.1:\d+\n$/);
    good.child.kill('SIGTERM');
    expect(await good.ended).toBe(0);
    const wrong = run({ PORT: 'x' });
    expect(await wrong.ended).toBe(2);
    expect(wrong.said()).toBe(
      'PORT is "x" but must be a whole number from 0 to 65535. Correct it or leave it out.\n',
    );
  }, 20_000);
});
