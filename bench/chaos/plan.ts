/**
 * What goes wrong in each round of the fault runner, drawn from a seed before anything runs: the same seed and options give the same plan.
 * When exactly a fault hits is up to real time; its trigger (a phase, a part of the bytes) is not. Leaves out doing it (faults.ts).
 */
import { Chance } from './chance';

/** In the order in which a plan of every kind needs them; 'cut' only where networks can be made. */
export const faultKinds = [
  'kill-receiver',
  'kill-sender',
  'reload-receiver',
  'reload-sender',
  'restart-server',
  'lose-sender',
  'cut',
] as const;
export type FaultKind = (typeof faultKinds)[number];

export type Phase = 'preparing' | 'transferring' | 'saving' | 'complete';

export interface Fault {
  readonly kind: FaultKind;
  /** Whom it hits: 0 the sender, 1, 2, … the receivers; the server has no number. */
  readonly who: number | null;
  readonly phase: Phase;
  /** Part of the share, 0…1, that is prepared (preparing) or that the receivers have on average (transferring) when it hits. */
  readonly at: number;
  /** How long the browser, the server or the network is away. Someone who reloads is not; a lost sender is away until the others are done. */
  readonly seconds: number;
  readonly where: 'cable' | 'line' | null;
}

export interface PlannedFile {
  readonly name: string;
  readonly bytes: number;
  /** Of its content. */
  readonly seed: number;
}

export interface RoundPlan {
  readonly round: number;
  readonly files: readonly PlannedFile[];
  readonly faults: readonly Fault[];
}

export interface PlanOptions {
  readonly seed: number;
  readonly rounds: number;
  readonly receivers: number;
  readonly leastBytes: number;
  readonly mostBytes: number;
  readonly kinds: readonly FaultKind[];
  readonly longestCutSeconds: number;
}

/** One round in so many shares several files. */
const severalEvery = 4;
const shortestCutSeconds = 5;

export function planRounds(options: PlanOptions): RoundPlan[] {
  const chance = new Chance(options.seed);
  // Kinds come out of a bag that is filled again when it is empty, so that few rounds see many kinds.
  let bag: FaultKind[] = [];
  const nextKind = (): FaultKind => {
    if (bag.length === 0) bag = chance.shuffled(options.kinds);
    return bag.pop() ?? 'reload-receiver';
  };
  return Array.from({ length: options.rounds }, (_, i) => {
    const round = i + 1;
    const files = planFiles(chance, options, round);
    const faults: Fault[] = [];
    for (let left = chance.whole(1, 3); left > 0; left--) {
      const kind = nextKind();
      // A sender that is lost comes back when the others are done: nothing else can be done to it meanwhile.
      const clashes = (other: Fault): boolean =>
        (kind === 'lose-sender' && other.who === 0) || (other.kind === 'lose-sender' && hitsSender(kind));
      if (faults.some(clashes)) bag.unshift(kind);
      else faults.push(planFault(chance, kind, options));
    }
    return { round, files, faults };
  });
}

const hitsSender = (kind: FaultKind): boolean =>
  kind === 'kill-sender' || kind === 'reload-sender' || kind === 'lose-sender' || kind === 'cut';

function planFiles(chance: Chance, options: PlanOptions, round: number): PlannedFile[] {
  const total = chance.whole(options.leastBytes, options.mostBytes);
  const count = chance.whole(1, severalEvery) === 1 ? chance.whole(2, 6) : 1;
  const parts = Array.from({ length: count }, () => chance.between(0.2, 1));
  const sum = parts.reduce((all, part) => all + part, 0);
  return parts.map((part, i) => ({
    name: `round ${round} file ${i + 1}.bin`,
    bytes: Math.floor((total * part) / sum),
    seed: chance.whole(1, 1_000_000),
  }));
}

function planFault(chance: Chance, kind: FaultKind, options: PlanOptions): Fault {
  const receiver = chance.whole(1, options.receivers);
  // Drawn whatever the kind, so that another set of kinds changes as little as possible.
  const [who, phase, at, away, cut] = [
    chance.whole(0, options.receivers),
    phaseOf(chance.unit()),
    chance.between(0.05, 0.9),
    chance.between(0, 10),
    // As many short ones as long ones: between 5 s and the longest, evenly on a logarithmic scale.
    shortestCutSeconds * (options.longestCutSeconds / shortestCutSeconds) ** chance.unit(),
  ];
  const where = chance.pick(['cable', 'line'] as const);
  const fault = { kind, at: round(at), where: null };
  switch (kind) {
    case 'kill-receiver':
    case 'reload-receiver':
      return {
        ...fault,
        who: receiver,
        phase: phase === 'preparing' ? 'transferring' : phase,
        seconds: kind === 'reload-receiver' ? 0 : round(away),
      };
    case 'kill-sender':
      return { ...fault, who: 0, phase, seconds: round(away) };
    case 'reload-sender':
      return { ...fault, who: 0, phase, seconds: 0 };
    case 'lose-sender':
      return { ...fault, who: 0, phase: 'transferring', at: 1, seconds: 0 };
    case 'restart-server':
      return { ...fault, who: null, phase, seconds: round(away * 2) };
    case 'cut':
      return { ...fault, who, phase, seconds: round(cut), where };
  }
}

/** Most faults hit while bytes move: that is where most can be lost. */
function phaseOf(draw: number): Phase {
  if (draw < 0.15) return 'preparing';
  if (draw < 0.7) return 'transferring';
  return draw < 0.85 ? 'saving' : 'complete';
}

const round = (value: number): number => Math.round(value * 100) / 100;

/** One line for a person: `cut receiver 2 off (cable) for 12 s, transferring at 40 %`. */
export function describeFault({ kind, who, phase, at, seconds, where }: Fault): string {
  const victim = who === null ? 'the server' : nameOf(who);
  const when = phase === 'preparing' || phase === 'transferring' ? ` at ${Math.round(at * 100)} %` : '';
  const during = `, ${phase}${when}`;
  switch (kind) {
    case 'kill-receiver':
    case 'kill-sender':
      return `kill -9 ${victim}, back after ${seconds} s${during}`;
    case 'reload-receiver':
    case 'reload-sender':
      return `reload ${victim}${during}`;
    case 'restart-server':
      return `kill -9 ${victim}, back after ${seconds} s${during}`;
    case 'lose-sender':
      return `kill -9 the sender once it sent all of it, back when the others are done or stuck`;
    case 'cut':
      return `cut ${victim} off (${where ?? 'line'}) for ${seconds} s${during}`;
  }
}

export const nameOf = (who: number): string => (who === 0 ? 'the sender' : `receiver ${who}`);
