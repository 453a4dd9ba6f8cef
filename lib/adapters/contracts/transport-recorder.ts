/**
 * What the transport contract sees of one side: every event in order, and whether a handler was called from inside a call. Also carries
 * signals between two sides. Knows no test framework, so that the scenarios run in a worker too.
 */
import type { CloseReason } from '../../base/errors';
import { toBase64Url } from '../../base/bytes';
import type { SessionId } from '../../base/ids';
import type { IceConfig, LinkChannel, SignalPayload, Transport } from '../../ports';
import type { LinkRole } from '../signal-rules';

export interface TransportEnvironment {
  /** Two transports that can reach each other, … */
  readonly left: Transport;
  readonly right: Transport;
  /** … and one more beside `left`, as another room of the same worker has it. */
  readonly leftTwin: Transport;
  readonly ice: IceConfig;
  /** How much the back-pressure scenario sends. */
  readonly bulkBytes: number;
  /** Most bytes that may be on their way at once: the sender's high-water mark, a frame, and what the network itself holds. */
  readonly outstandingBytes: number;
  /** Sessions and connections alive on all sides. */
  alive(): number | Promise<number>;
  dispose(): void | Promise<void>;
}

export interface EnvironmentOptions {
  /** Left out: long enough for every attempt here. */
  readonly connectTimeoutMs?: number;
}
export type EnvironmentFactory = (options: EnvironmentOptions) => Promise<TransportEnvironment>;

export function check(condition: boolean, what: string): asserts condition {
  if (!condition) throw new Error(`contract broken: ${what}`);
}
export function equal(actual: unknown, expected: unknown, what: string): void {
  const [a, b] = [JSON.stringify(actual), JSON.stringify(expected)];
  check(a === b, `${what}: expected ${b}, got ${a}`);
}

export function newSession(): SessionId {
  return toBase64Url(crypto.getRandomValues(new Uint8Array(16))) as SessionId;
}

/** Everything one session told, in order. */
export class SessionLog {
  readonly events: string[] = [];
  readonly signals: SignalPayload[] = [];
  readonly control: Uint8Array[] = [];
  channel: LinkChannel | undefined;
  closed: CloseReason | undefined;
  drained = 0;
  onBlock: (frame: Uint8Array) => void = () => undefined;
  onDrained: () => void = () => undefined;
}

export class Recorder {
  /** Links listen as soon as they open, unless a scenario wants to do it later. */
  listens = true;
  /** Where signals of this side go. */
  carry: (session: SessionId, payload: SignalPayload) => void = () => undefined;
  readonly violations: string[] = [];
  private readonly sessions = new Map<SessionId, SessionLog>();
  private readonly waiting = new Set<() => void>();
  private inside = '';

  constructor(
    readonly name: string,
    private readonly transport: Transport,
    private readonly ice: IceConfig,
  ) {
    transport.listen({
      signal: (session, payload) => {
        this.note(session, `signal ${payload.kind}`);
        this.log(session).signals.push(payload);
        this.carry(session, payload);
      },
      opened: (session, channel) => {
        this.note(session, 'opened');
        this.log(session).channel = channel;
        if (this.listens) this.listen(session);
      },
      closed: (session, reason) => {
        this.note(session, 'closed');
        this.log(session).closed = reason;
      },
    });
  }

  log(session: SessionId): SessionLog {
    const known = this.sessions.get(session) ?? new SessionLog();
    this.sessions.set(session, known);
    return known;
  }

  connect(session: SessionId, role: LinkRole): void {
    this.call('connect', () => this.transport.connect(session, role, this.ice));
  }
  signal(session: SessionId, payload: unknown): void {
    this.call('signal', () => this.transport.signal(session, payload as SignalPayload));
  }
  close(session: SessionId, reason: CloseReason = 'left'): void {
    this.call('close', () => this.transport.close(session, reason));
  }
  sendControl(session: SessionId, frame: Uint8Array): void {
    this.call('sendControl', () => this.channel(session).sendControl(frame));
  }
  sendBlock(session: SessionId, frame: Uint8Array): boolean {
    let took = false;
    this.call('sendBlock', () => (took = this.channel(session).sendBlock(frame)));
    return took;
  }

  listen(session: SessionId): void {
    const log = this.log(session);
    this.call('listen', () =>
      this.channel(session).listen({
        control: (frame) => {
          this.note(session, 'control');
          log.control.push(frame);
        },
        block: (frame) => {
          this.note(session, 'block');
          log.onBlock(frame);
        },
        drained: () => {
          this.note(session, 'drained');
          log.drained += 1;
          log.onDrained();
        },
      }),
    );
  }

  channel(session: SessionId): LinkChannel {
    const { channel } = this.log(session);
    check(channel !== undefined, `${this.name}: the link is open`);
    return channel;
  }

  async opened(session: SessionId): Promise<LinkChannel> {
    await this.until(session, (log) => log.channel !== undefined || log.closed !== undefined, 'opened');
    check(
      !this.ended(session),
      `${this.name}: opens instead of closing '${String(this.log(session).closed)}'`,
    );
    return this.channel(session);
  }

  async closed(session: SessionId): Promise<CloseReason> {
    await this.until(session, (log) => log.closed !== undefined, 'closed');
    return this.log(session).closed ?? 'gone';
  }

  ended(session: SessionId): boolean {
    return this.log(session).closed !== undefined;
  }

  /** Waits for events, not for time; the clock is only there to say what was missing. */
  until(
    session: SessionId,
    holds: (log: SessionLog) => boolean,
    what: string,
    patienceMs = 20_000,
  ): Promise<void> {
    return new Promise((resolve, reject) => {
      const clock = setTimeout(() => {
        this.waiting.delete(look);
        reject(new Error(`${this.name}: no ${what} after ${patienceMs} ms; saw ${this.summary(session)}`));
      }, patienceMs);
      const look = (): void => {
        if (!holds(this.log(session))) return;
        clearTimeout(clock);
        this.waiting.delete(look);
        resolve();
      };
      this.waiting.add(look);
      look();
    });
  }

  /** Opened at most once, closed exactly once and last: TP1. */
  checkEnded(session: SessionId): void {
    const { events } = this.log(session);
    const count = (name: string): number => events.filter((event) => event === name).length;
    check(count('opened') <= 1, `${this.name}: at most one opened`);
    equal(count('closed'), 1, `${this.name}: number of closed`);
    equal(events.at(-1), 'closed', `${this.name}: last event`);
  }

  /** Ends whatever a scenario left alive. */
  endAll(): void {
    for (const [session, log] of this.sessions)
      if (log.closed === undefined) this.transport.close(session, 'left');
  }

  private summary(session: SessionId): string {
    return this.log(session).events.slice(-12).join(', ') || 'nothing';
  }

  private call(what: string, run: () => void): void {
    const outer = this.inside;
    this.inside = what;
    try {
      run();
    } finally {
      this.inside = outer;
    }
  }

  private note(session: SessionId, event: string): void {
    const { events } = this.log(session);
    // Blocks would fill the memory with their names.
    if (event !== 'block' || events.at(-1) !== 'block') events.push(event);
    if (this.inside !== '') this.violations.push(`${this.name}: ${event} from inside ${this.inside}()`);
    queueMicrotask(() => {
      for (const look of [...this.waiting]) look();
    });
  }
}

/** Two sides with their signals carried to each other, each in a later task as a server would. */
export class Pair {
  readonly left: Recorder;
  readonly right: Recorder;

  constructor(readonly environment: TransportEnvironment) {
    this.left = new Recorder('left', environment.left, environment.ice);
    this.right = new Recorder('right', environment.right, environment.ice);
    this.carry();
  }

  /** `copies`: how often each signal is delivered. */
  carry(copies = 1): void {
    const to = (other: Recorder) => (session: SessionId, payload: SignalPayload) => {
      for (let i = 0; i < copies; i++) setTimeout(() => other.signal(session, { ...payload }));
    };
    this.left.carry = to(this.right);
    this.right.carry = to(this.left);
  }

  dial(session = newSession()): SessionId {
    this.right.connect(session, 'responder');
    this.left.connect(session, 'initiator');
    return session;
  }

  async open(session = newSession()): Promise<SessionId> {
    this.dial(session);
    await Promise.all([this.left.opened(session), this.right.opened(session)]);
    return session;
  }

  async hangUp(session: SessionId): Promise<void> {
    this.left.close(session);
    await Promise.all([this.left.closed(session), this.right.closed(session)]);
  }
}

/** One rule to hold: throws when it is broken. */
export interface Scenario {
  readonly title: string;
  readonly options?: EnvironmentOptions;
  run(pair: Pair): Promise<void>;
}
