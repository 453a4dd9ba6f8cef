/**
 * The checks of a diagnosis as plain data: which there are, what each can come to, and the one thing to say first. PROTOCOL.md §5 (DG).
 * Leaves out how they are made (diagnosis.ts) and their words (app).
 */
/** As they are shown. */
export const checkIds = [
  'secure',
  'browser',
  'server',
  'join',
  'stun',
  'turn',
  'loopback',
  'storage',
] as const;
export type CheckId = (typeof checkIds)[number];

/** What a check came to, and the cause the app has a sentence for. */
export type Finding =
  | 'pending'
  | 'secure-ok'
  | 'secure-not'
  | 'browser-ok'
  | 'browser-no-webrtc'
  | 'browser-no-storage'
  | 'browser-too-old'
  | 'browser-no-service-worker'
  | 'server-ok'
  | 'server-offline'
  | 'server-silent'
  | 'server-stopping'
  | 'server-odd'
  | 'join-ok'
  | 'join-blocked'
  | 'join-refused'
  | 'join-silent'
  | 'stun-ok'
  | 'stun-no-nat'
  | 'stun-by-turn'
  | 'stun-unset'
  | 'stun-silent'
  | 'turn-ok'
  | 'turn-unset'
  | 'turn-silent'
  | 'turn-refused'
  | 'loopback-ok'
  | 'loopback-hidden'
  | 'loopback-failed'
  | 'storage-ok'
  | 'storage-low'
  | 'storage-refused'
  | 'storage-silent'
  | 'needs-secure'
  | 'needs-browser'
  | 'needs-join'
  | 'stopped'
  | 'broken';

export type CheckState = 'waiting' | 'running' | 'fine' | 'bad' | 'unset' | 'skipped';

/** Structured-cloneable; facts are numbers, flags and codes of ours: nothing that names anybody. */
export interface Check {
  readonly id: CheckId;
  readonly state: CheckState;
  readonly finding: Finding;
  readonly tookMs: number;
  readonly facts: Readonly<Record<string, number | boolean | string>>;
}

export const waitingChecks: readonly Check[] = checkIds.map((id) => ({
  id,
  state: 'waiting',
  finding: 'pending',
  tookMs: 0,
  facts: {},
}));

/** The one thing to say first. 'fine': nothing was found that keeps self from connecting; 'no-relay': as far as that goes without TURN. */
export type Summary =
  | { readonly kind: 'running' | 'fine' | 'no-relay' | 'stopped' }
  | { readonly kind: 'cause'; readonly check: CheckId; readonly finding: Finding };

/** The first of these that is bad is the cause of the ones after it. */
const causes: readonly CheckId[] = [
  'secure',
  'browser',
  'server',
  'join',
  'loopback',
  'turn',
  'stun',
  'storage',
];

export function summaryOf(checks: readonly Check[]): Summary {
  if (checks.some(({ state }) => state === 'waiting' || state === 'running')) return { kind: 'running' };
  const by = new Map(checks.map((check) => [check.id, check]));
  const worst = causes.flatMap((id) => by.get(id) ?? []).filter(({ state }) => state === 'bad');
  // Saving large files is not what keeps anybody from connecting: said last.
  const cause = worst.find(({ finding }) => finding !== 'browser-no-service-worker') ?? worst[0];
  if (cause) return { kind: 'cause', check: cause.id, finding: cause.finding };
  if (checks.some(({ finding }) => finding === 'stopped')) return { kind: 'stopped' };
  return { kind: by.get('turn')?.state === 'unset' ? 'no-relay' : 'fine' };
}
