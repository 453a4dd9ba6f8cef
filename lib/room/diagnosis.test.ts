import { describe, expect, it } from 'vitest';
import type { Features, Gathered, IceConfig, JoinTrial, StorageTrial, Trials } from '../ports';
import { checkIds, summaryOf, waitingChecks, type Check, type CheckId } from './checks';
import { diagnosisLimits, startDiagnosis } from './diagnosis';
import { diagnosisReport } from './diagnostics';

const features: Features = {
  ...{ webrtc: true, storage: true, serviceWorker: true, worker: true, locks: true, ed25519: true },
};
const stun = { urls: ['stun:stun.example.org'] };
const turn = { urls: ['turn:turn.example.org?transport=udp'], username: '1:x', credential: 'secret-word' };
const both: IceConfig = { servers: [stun, turn], policy: 'all' };
const gathered: Gathered = { host: 1, reflexive: 0, relay: 0, complete: true, errors: [] };
const stored: StorageTrial = { written: true, usedBytes: 0, quotaBytes: 1e10, persisted: false };
const never = <Value>(): Promise<Value> => new Promise(() => undefined);

/** A clock the test moves. */
class StillClock {
  private time = 0;
  private readonly timers = new Map<() => void, number>();
  now(): number {
    return this.time;
  }
  wall(): number {
    return this.time;
  }
  at(time: number, run: () => void): () => void {
    this.timers.set(run, time);
    return () => this.timers.delete(run);
  }
  get waiting(): number {
    return this.timers.size;
  }
  /** To the next timer; false when there is none. */
  step(): boolean {
    const next = [...this.timers].sort(([, a], [, b]) => a - b)[0];
    if (!next) return false;
    const [run, time] = next;
    this.timers.delete(run);
    this.time = Math.max(this.time, time);
    run();
    return true;
  }
}

/** A platform that answers as told, and remembers what was asked of it and broken off. */
class Platform implements Trials {
  readonly gatherings: IceConfig[] = [];
  readonly brokenOff: string[] = [];
  constructor(private readonly says: Partial<Trials> = {}) {}
  isSecure = (): boolean => this.says.isSecure?.() ?? true;
  isOnline = (): boolean => this.says.isOnline?.() ?? true;
  features = (signal: AbortSignal) =>
    this.watched('features', signal, this.says.features?.(signal) ?? features);
  health = (signal: AbortSignal) =>
    this.watched('health', signal, this.says.health?.(signal) ?? ('ready' as const));
  join = (signal: AbortSignal): Promise<JoinTrial> =>
    this.watched('join', signal, this.says.join?.(signal) ?? { outcome: 'joined', ice: both });
  gather: Trials['gather'] = (ice, awaited, withinMs, signal) => {
    this.gatherings.push(ice);
    const found = this.says.gather?.(ice, awaited, withinMs, signal) ?? {
      ...gathered,
      [awaited]: 1,
    };
    return this.watched(awaited, signal, found);
  };
  loopback: Trials['loopback'] = (withinMs, signal) =>
    this.watched(
      'loopback',
      signal,
      this.says.loopback?.(withinMs, signal) ?? { connected: true, candidates: 2 },
    );
  storage = (signal: AbortSignal) => this.watched('storage', signal, this.says.storage?.(signal) ?? stored);

  private async watched<Value>(
    name: string,
    signal: AbortSignal,
    value: Value | Promise<Value>,
  ): Promise<Value> {
    let answered = false;
    signal.addEventListener('abort', () => {
      if (!answered) this.brokenOff.push(name);
    });
    const answer = await value;
    answered = true;
    return answer;
  }
}

/** The summary in a word: the finding where there is a cause. */
function said(checks: readonly Check[]): string {
  const summary = summaryOf(checks);
  return summary.kind === 'cause' ? summary.finding : summary.kind;
}

async function run(platform: Trials, clock = new StillClock()) {
  const told: Check[] = [];
  const { done } = startDiagnosis(platform, clock, (check) => told.push(check));
  const checks = await done;
  const finding = Object.fromEntries(checks.map(({ id, finding: found }) => [id, found])) as Record<
    CheckId,
    string
  >;
  return { told, checks, finding, summary: said(checks), clock };
}

describe('diagnosis', () => {
  it('[DG1] tells each check running and then ended, once, in whatever order they end', async () => {
    const { told, checks, summary } = await run(new Platform());
    expect(checks.map(({ id }) => id)).toEqual(checkIds);
    for (const id of checkIds)
      expect(told.filter((check) => check.id === id).map(({ state }) => state)).toEqual(['running', 'fine']);
    expect(summary).toBe('fine');
  });

  it.each<[string, Partial<Trials>, Partial<Record<CheckId, string>>, string]>([
    [
      'plain http',
      { isSecure: () => false },
      {
        secure: 'secure-not',
        browser: 'needs-secure',
        join: 'needs-secure',
        stun: 'needs-secure',
        storage: 'needs-secure',
      },
      'secure-not',
    ],
    [
      'no WebRTC',
      { features: () => Promise.resolve({ ...features, webrtc: false }) },
      { browser: 'browser-no-webrtc', join: 'join-ok', turn: 'needs-browser', loopback: 'needs-browser' },
      'browser-no-webrtc',
    ],
    [
      'an old browser',
      { features: () => Promise.resolve({ ...features, ed25519: false }) },
      { browser: 'browser-too-old', join: 'needs-browser', stun: 'needs-join' },
      'browser-too-old',
    ],
    [
      'no service worker',
      { features: () => Promise.resolve({ ...features, serviceWorker: false }) },
      { turn: 'turn-ok' },
      'browser-no-service-worker',
    ],
    [
      'no network',
      { isOnline: () => false, join: () => Promise.resolve({ outcome: 'unconnected' }) },
      { server: 'server-offline', join: 'join-silent', turn: 'needs-join' },
      'server-offline',
    ],
    [
      'a server that is away',
      { health: () => Promise.resolve('silent'), join: () => Promise.resolve({ outcome: 'unconnected' }) },
      { join: 'join-silent', loopback: 'loopback-ok' },
      'server-silent',
    ],
    [
      'blocked WebSockets',
      { join: () => Promise.resolve({ outcome: 'unconnected' }) },
      { server: 'server-ok', join: 'join-blocked', stun: 'needs-join' },
      'join-blocked',
    ],
    [
      'a full server',
      { join: () => Promise.resolve({ outcome: 'refused', code: 'server-full' }) },
      { join: 'join-refused' },
      'join-refused',
    ],
    [
      'hidden addresses',
      {
        loopback: () => Promise.resolve({ connected: false, candidates: 0 }),
        gather: () => Promise.resolve({ ...gathered, host: 0 }),
      },
      { loopback: 'loopback-hidden', stun: 'stun-silent', turn: 'turn-silent' },
      'loopback-hidden',
    ],
    [
      'a firewall on this device',
      { loopback: () => Promise.resolve({ connected: false, candidates: 4 }) },
      { loopback: 'loopback-failed' },
      'loopback-failed',
    ],
    [
      'no ICE servers',
      { join: () => Promise.resolve({ outcome: 'joined', ice: { servers: [], policy: 'all' } }) },
      { stun: 'stun-unset', turn: 'turn-unset' },
      'no-relay',
    ],
    [
      'TURN alone',
      { join: () => Promise.resolve({ outcome: 'joined', ice: { servers: [turn], policy: 'relay' } }) },
      { stun: 'stun-by-turn', turn: 'turn-ok' },
      'fine',
    ],
    [
      'STUN alone, that is silent',
      {
        join: () => Promise.resolve({ outcome: 'joined', ice: { servers: [stun], policy: 'all' } }),
        gather: () => Promise.resolve({ ...gathered, complete: false }),
      },
      { stun: 'stun-silent', turn: 'turn-unset' },
      'stun-silent',
    ],
    [
      'wrong TURN credentials',
      { gather: () => Promise.resolve({ ...gathered, errors: [401] }) },
      { turn: 'turn-refused' },
      'turn-refused',
    ],
    [
      'TURN that is silent',
      { gather: () => Promise.resolve({ ...gathered, errors: [701] }) },
      { turn: 'turn-silent', stun: 'stun-silent' },
      'turn-silent',
    ],
    [
      'refused storage',
      { storage: () => Promise.resolve({ ...stored, written: false }) },
      { storage: 'storage-refused' },
      'storage-refused',
    ],
    [
      'little space',
      { storage: () => Promise.resolve({ ...stored, usedBytes: 9.9e9 }) },
      { storage: 'storage-low' },
      'storage-low',
    ],
    [
      'a trial that breaks',
      { health: () => Promise.reject(new Error('bug')) },
      { server: 'broken', join: 'join-ok' },
      'broken',
    ],
  ])('[DG7] names the first cause: %s', async (_, says, findings, summary) => {
    const found = await run(new Platform(says));
    expect(found.finding).toMatchObject(findings);
    expect(found.summary).toBe(summary);
  });

  it('[DG6] takes gathering that ended in time without an error for an answer of the STUN server', async () => {
    const { finding } = await run(new Platform({ gather: () => Promise.resolve(gathered) }));
    expect(finding.stun).toBe('stun-no-nat');
    const late = await run(new Platform({ gather: () => Promise.resolve({ ...gathered, complete: false }) }));
    expect(late.finding.stun).toBe('stun-silent');
  });

  it('[DG3] asks STUN and TURN servers apart, TURN with the credentials of the join and nothing but relaying', async () => {
    const platform = new Platform();
    await run(platform);
    expect(platform.gatherings).toEqual([
      { servers: [stun], policy: 'all' },
      { servers: [turn], policy: 'relay' },
    ]);
  });

  it('[DG2] ends within 15 s whatever hangs, and breaks off what hangs', async () => {
    const clock = new StillClock();
    const hanging = new Platform({
      ...{ health: never, join: never, gather: never },
      loopback: never,
      storage: never,
    });
    let checks: readonly Check[] | undefined;
    void startDiagnosis(hanging, clock, () => undefined).done.then((ended) => (checks = ended));
    for (let idle = 0; checks === undefined && idle < 50;) {
      for (let turn = 0; turn < 20; turn++) await Promise.resolve();
      idle = clock.step() ? 0 : idle + 1;
    }
    expect(checks?.map(({ finding }) => finding)).toEqual([
      ...['secure-ok', 'browser-ok', 'server-silent', 'join-silent'],
      ...['needs-join', 'needs-join', 'loopback-failed', 'storage-silent'],
    ]);
    expect(hanging.brokenOff.sort()).toEqual(['health', 'join', 'loopback', 'storage']);
    expect(clock.now()).toBeLessThan(15_000);
    // The longest way there is, each with its grace.
    const { browserMs, serverMs, joinMs, gatherMs } = diagnosisLimits;
    expect(browserMs + serverMs + joinMs + gatherMs + 4 * 250).toBeLessThan(15_000);
    expect(clock.waiting).toBe(0);
  });

  it('[DG4] stops one check, or all: what ran is broken off, what waited is skipped, nothing more is told', async () => {
    const platform = new Platform({ health: never, loopback: never });
    const told: Check[] = [];
    const clock = new StillClock();
    const diagnosis = startDiagnosis(platform, clock, (check) => told.push(check));
    const runs = (id: CheckId) => told.some((check) => check.id === id && check.state === 'running');
    while (!runs('server') || !runs('loopback')) await Promise.resolve();
    diagnosis.stop('server');
    while (!runs('join')) await Promise.resolve();
    expect(told.find(({ id, state }) => id === 'server' && state === 'skipped')?.finding).toBe('stopped');
    diagnosis.stop();
    const checks = await diagnosis.done;
    expect(checks.find(({ id }) => id === 'loopback')?.finding).toBe('stopped');
    expect(platform.brokenOff).toEqual(expect.arrayContaining(['health', 'loopback']));
    expect(clock.waiting).toBe(0);
    expect(said(checks)).toBe('stopped');
  });

  it('[DG5] reports codes and counters, no address, credential or name', async () => {
    const { checks } = await run(
      new Platform({ gather: () => Promise.resolve({ ...gathered, errors: [401, 701] }) }),
    );
    const agent =
      'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36';
    const report = diagnosisReport(checks, { version: '9.9.9', userAgent: agent }, '');
    expect(report).toMatch(/^Shoal 9\.9\.9, Chromium 156\nchecks \(8\)\n/);
    expect(report).toContain('turn: bad, turn-refused');
    expect(report).toContain('errors 401 701');
    for (const secret of ['example', 'secret-word', '1:x', 'Linux', 'http'])
      expect(report).not.toContain(secret);
    expect(diagnosisReport(checks, { version: '9.9.9', userAgent: agent }, 'room: x\n')).toMatch(
      /^room: x\nchecks/,
    );
  });

  it('[DG7] has no summary before all have ended', () => {
    expect(said(waitingChecks)).toBe('running');
  });
});
