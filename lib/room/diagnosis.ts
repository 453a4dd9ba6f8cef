/**
 * Finding out why nothing connects: which checks there are, in which order, how long each may take, and what the trials of the platform
 * come to. Tells plain events; the app only shows them. PROTOCOL.md §5 (DG). Leaves out the trials themselves (adapters/browser/trials).
 */
import type { Clock, Gathered, IceConfig, StorageTrial, Trials } from '../ports';
import { checkIds, waitingChecks, type Check, type CheckId, type CheckState, type Finding } from './checks';

/** All guesses, but for their sum along the longest way (browser, server, join, stun): it keeps the whole under 15 s (DG2). */
export const diagnosisLimits = {
  browserMs: 1_500,
  serverMs: 3_500,
  joinMs: 4_000,
  /** Chromium sends a STUN request again for 9.5 s; one that is not answered in half of it is of no use to a connection. */
  gatherMs: 4_500,
  loopbackMs: 5_000,
  storageMs: 4_000,
  /** Less than this and a middling film does not fit. */
  lowBytes: 500_000_000,
} as const;

export interface Diagnosis {
  /** Settles when every check has ended. */
  readonly done: Promise<readonly Check[]>;
  /** One of them, or all: what runs is broken off, what waits is skipped. */
  stop(id?: CheckId): void;
}

interface Verdict {
  readonly state: CheckState;
  readonly finding: Finding;
  readonly facts?: Check['facts'];
}
const fine = (finding: Finding, facts: Check['facts'] = {}): Verdict => ({ state: 'fine', finding, facts });
const bad = (finding: Finding, facts: Check['facts'] = {}): Verdict => ({ state: 'bad', finding, facts });
const unset = (finding: Finding): Verdict => ({ state: 'unset', finding });
const skipped = (finding: Finding): Verdict => ({ state: 'skipped', finding });

export function startDiagnosis(trials: Trials, clock: Clock, tell: (check: Check) => void): Diagnosis {
  return new Run(trials, clock, tell);
}

class Run implements Diagnosis {
  readonly done: Promise<readonly Check[]>;
  private readonly checks = new Map<CheckId, Check>(waitingChecks.map((check) => [check.id, check]));
  private readonly stops = new Map(checkIds.map((id) => [id, new AbortController()]));
  /** What the join brought: where STUN and TURN are. */
  private ice: IceConfig | undefined;

  constructor(
    private readonly trials: Trials,
    private readonly clock: Clock,
    private readonly tell: (check: Check) => void,
  ) {
    this.done = this.run();
  }

  stop(id?: CheckId): void {
    for (const each of id === undefined ? checkIds : [id]) this.stops.get(each)?.abort();
  }

  /** What needs no server goes beside what does: a person waits for the slower of them only. */
  private async run(): Promise<readonly Check[]> {
    const { trials } = this;
    await this.check('secure', 1_000, () =>
      Promise.resolve(trials.isSecure() ? fine('secure-ok') : bad('secure-not')),
    );
    await this.check('browser', diagnosisLimits.browserMs, (signal) => this.browser(signal));
    await Promise.all([
      this.overServer(),
      this.check('loopback', diagnosisLimits.loopbackMs, (signal) => this.loopback(signal)),
      this.check('storage', diagnosisLimits.storageMs, (signal) => this.storage(signal)),
    ]);
    return [...this.checks.values()];
  }

  private async overServer(): Promise<void> {
    await this.check('server', diagnosisLimits.serverMs, (signal) => this.server(signal));
    await this.check('join', diagnosisLimits.joinMs, (signal) => this.join(signal));
    await Promise.all([
      this.check('stun', diagnosisLimits.gatherMs, (signal) => this.stun(signal)),
      this.check('turn', diagnosisLimits.gatherMs, (signal) => this.turn(signal)),
    ]);
  }

  /** Runs one check within its time and tells how it ends: in exactly one way, whatever the trial does. */
  private async check(
    id: CheckId,
    withinMs: number,
    run: (signal: AbortSignal) => Promise<Verdict>,
  ): Promise<void> {
    const stop = this.stops.get(id);
    if (!stop || stop.signal.aborted) {
      this.end(id, skipped('stopped'), 0);
      return;
    }
    const began = this.clock.now();
    this.set({ id, state: 'running', finding: 'pending', tookMs: 0, facts: {} });
    // Aborted however the check ends: the trial lets go of what it opened.
    const over = new AbortController();
    let verdict: Verdict;
    try {
      verdict = await Promise.race([
        run(over.signal),
        this.late(id, withinMs, over.signal),
        aborted(stop.signal),
      ]);
    } catch {
      verdict = bad('broken');
    }
    over.abort();
    this.end(id, verdict, this.clock.now() - began);
  }

  /** The trial did not answer: a little after the time it was given, so that its own word comes first. */
  private late(id: CheckId, withinMs: number, over: AbortSignal): Promise<Verdict> {
    return new Promise((resolve) => {
      const cancel = this.clock.at(this.clock.now() + withinMs + graceMs, () => {
        resolve(silent[id] ?? bad('broken'));
      });
      over.addEventListener('abort', cancel, { once: true });
    });
  }

  private end(id: CheckId, { state, finding, facts = {} }: Verdict, tookMs: number): void {
    this.set({ id, state, finding, tookMs: Math.round(tookMs), facts });
  }

  private set(check: Check): void {
    this.checks.set(check.id, check);
    this.tell(check);
  }

  private lacks(id: CheckId): boolean {
    return this.checks.get(id)?.state !== 'fine';
  }

  private async browser(signal: AbortSignal): Promise<Verdict> {
    if (this.lacks('secure')) return skipped('needs-secure');
    const found = await this.trials.features(signal);
    const facts = { ...found };
    if (!found.webrtc) return bad('browser-no-webrtc', facts);
    if (!found.storage) return bad('browser-no-storage', facts);
    if (!found.ed25519 || !found.locks || !found.worker) return bad('browser-too-old', facts);
    // Everything else works without: only large files cannot be saved.
    if (!found.serviceWorker) return bad('browser-no-service-worker', facts);
    return fine('browser-ok', facts);
  }

  private async server(signal: AbortSignal): Promise<Verdict> {
    if (!this.trials.isOnline()) return bad('server-offline');
    switch (await this.trials.health(signal)) {
      case 'ready':
        return fine('server-ok');
      case 'stopping':
        return bad('server-stopping');
      case 'odd':
        return bad('server-odd');
      case 'silent':
        return bad('server-silent');
    }
  }

  private async join(signal: AbortSignal): Promise<Verdict> {
    const browser = this.checks.get('browser');
    // Without a key pair there is nothing to join with.
    if (browser?.finding === 'needs-secure') return skipped('needs-secure');
    if (browser?.facts.ed25519 === false) return skipped('needs-browser');
    const trial = await this.trials.join(signal);
    if (trial.outcome === 'refused') return bad('join-refused', { code: trial.code });
    if (trial.outcome === 'unconnected') return bad(this.lacks('server') ? 'join-silent' : 'join-blocked');
    this.ice = trial.ice;
    return fine('join-ok', {
      stunServers: addressesOf(trial.ice, 'stun'),
      turnServers: addressesOf(trial.ice, 'turn'),
      relayOnly: trial.ice.policy === 'relay',
    });
  }

  private async stun(signal: AbortSignal): Promise<Verdict> {
    const ice = this.usableIce();
    if (!ice) return skipped(this.noIceCause());
    const servers = serversOf(ice, 'stun');
    if (servers.length === 0)
      return addressesOf(ice, 'turn') > 0 ? fine('stun-by-turn') : unset('stun-unset');
    const found = await this.trials.gather(
      { servers, policy: 'all' },
      'reflexive',
      diagnosisLimits.gatherMs,
      signal,
    );
    const facts = factsOf(found);
    if (found.reflexive > 0) return fine('stun-ok', facts);
    // Where the mapped address is the own one the browser leaves the candidate out (RFC 8445 §5.1.3): answered, and nothing in between.
    if (found.complete && found.errors.length === 0 && found.host > 0) return fine('stun-no-nat', facts);
    return bad('stun-silent', facts);
  }

  private async turn(signal: AbortSignal): Promise<Verdict> {
    const ice = this.usableIce();
    if (!ice) return skipped(this.noIceCause());
    const servers = serversOf(ice, 'turn');
    if (servers.length === 0) return unset('turn-unset');
    const found = await this.trials.gather(
      { servers, policy: 'relay' },
      'relay',
      diagnosisLimits.gatherMs,
      signal,
    );
    const facts = factsOf(found);
    if (found.relay > 0) return fine('turn-ok', facts);
    // 701 is the browser's own code for "no answer"; what a server says is a STUN error (RFC 8489 §14.8), as 401 for its credentials.
    const refused = found.errors.some((code) => code >= 300 && code < 700);
    return bad(refused ? 'turn-refused' : 'turn-silent', facts);
  }

  private async loopback(signal: AbortSignal): Promise<Verdict> {
    if (this.checks.get('browser')?.facts.webrtc !== true) return skipped(this.noWebRtcCause());
    const { connected, candidates } = await this.trials.loopback(diagnosisLimits.loopbackMs, signal);
    if (connected) return fine('loopback-ok', { candidates });
    return bad(candidates === 0 ? 'loopback-hidden' : 'loopback-failed', { candidates });
  }

  private async storage(signal: AbortSignal): Promise<Verdict> {
    if (this.lacks('secure')) return skipped('needs-secure');
    const trial = await this.trials.storage(signal);
    const facts = storageFacts(trial);
    if (!trial.written) return bad('storage-refused', facts);
    const { usedBytes, quotaBytes } = trial;
    const free = usedBytes === null || quotaBytes === null ? Infinity : quotaBytes - usedBytes;
    return free < diagnosisLimits.lowBytes ? bad('storage-low', facts) : fine('storage-ok', facts);
  }

  private usableIce(): IceConfig | undefined {
    return this.checks.get('browser')?.facts.webrtc === true ? this.ice : undefined;
  }

  private noIceCause(): Finding {
    return this.checks.get('browser')?.facts.webrtc === true ? 'needs-join' : this.noWebRtcCause();
  }

  private noWebRtcCause(): Finding {
    return this.lacks('secure') ? 'needs-secure' : 'needs-browser';
  }
}

const graceMs = 250;

/** What silence means where the trial itself cannot say it in time. */
const silent: Partial<Record<CheckId, Verdict>> = {
  server: bad('server-silent'),
  join: bad('join-silent'),
  stun: bad('stun-silent'),
  turn: bad('turn-silent'),
  loopback: bad('loopback-failed'),
  storage: bad('storage-silent'),
};

const aborted = (signal: AbortSignal): Promise<Verdict> =>
  new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(skipped('stopped')), { once: true });
  });

type ServerKind = 'stun' | 'turn';
const isKind = (url: string, kind: ServerKind): boolean => new RegExp(`^${kind}s?:`, 'i').test(url);

/** The ICE servers of one kind only, so that each check hears of its own. */
function serversOf(ice: IceConfig, kind: ServerKind): IceConfig['servers'] {
  return ice.servers
    .map((server) => ({ ...server, urls: server.urls.filter((url) => isKind(url, kind)) }))
    .filter(({ urls }) => urls.length > 0);
}

const addressesOf = (ice: IceConfig, kind: ServerKind): number =>
  serversOf(ice, kind).reduce((sum, { urls }) => sum + urls.length, 0);

const factsOf = ({ host, reflexive, relay, complete, errors }: Gathered): Check['facts'] => ({
  ...{ host, reflexive, relay, complete },
  errors: errors.join(' '),
});

const storageFacts = ({ written, usedBytes, quotaBytes, persisted }: StorageTrial): Check['facts'] => ({
  ...{ written, persisted },
  ...(usedBytes === null ? {} : { usedBytes }),
  ...(quotaBytes === null ? {} : { quotaBytes }),
});
