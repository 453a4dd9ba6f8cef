/** Carries out one fault of a plan: waits for its trigger, does it, undoes it after its time. What it saw goes into the round's report. */
import type { Arrivals } from './arrivals';
import type { Person } from './person';
import type { ChaosPlace } from './place';
import type { Fault } from './plan';

export interface Scene {
  readonly place: ChaosPlace;
  /** The sender first. */
  readonly people: readonly Person[];
  /** By person; the sender has none. */
  readonly arrivals: readonly (Arrivals | null)[];
  /** By person: everything lies in the folder, whole. The round keeps it. */
  readonly arrived: readonly boolean[];
  /** The share's size. */
  readonly bytes: number;
  /** Faults in force now: begun and not undone. */
  readonly inForce: Set<Fault>;
  /** Since the round began. */
  readonly seconds: () => number;
  /** A moment until the next look at things, `short` or not. Throws when the round was given up. */
  readonly pause: (short?: boolean) => Promise<void>;
}

export interface FaultReport {
  readonly fault: Fault;
  /** Part of the share each receiver had when it hit. */
  readonly hitAt: readonly number[];
  /** Since the round began. */
  readonly hitSeconds: number;
  /** From the end of the last fault in force until the page it hit was linked with somebody again; null: nobody's page was hit. */
  readonly backSeconds: number | null;
  /** For a lost sender: the others got everything from each other. */
  readonly othersFinished: boolean | null;
}

export async function carryOut(fault: Fault, scene: Scene): Promise<FaultReport> {
  await untilDue(fault, scene);
  const hitAt = scene.people.slice(1).map(progressOf);
  const hitSeconds = scene.seconds();
  scene.inForce.add(fault);
  const { place, people } = scene;
  const victim = fault.who === null ? undefined : people[fault.who];
  let othersFinished: boolean | null = null;
  switch (fault.kind) {
    case 'kill-receiver':
    case 'kill-sender':
      await victim?.kill();
      await wait(fault.seconds);
      await victim?.comeBack();
      break;
    case 'reload-receiver':
    case 'reload-sender':
      await victim?.reload();
      break;
    case 'restart-server':
      await place.server.kill();
      await wait(fault.seconds);
      await place.server.start();
      break;
    case 'lose-sender':
      await victim?.kill();
      othersFinished = await othersFinish(scene);
      await victim?.comeBack();
      break;
    case 'cut':
      if (fault.who === null || fault.where === null) break;
      place.network?.cut(fault.who, fault.where);
      await wait(fault.seconds);
      place.network?.mend(fault.who);
      break;
  }
  scene.inForce.delete(fault);
  let over = performance.now();
  if (!victim) return { fault, hitAt, hitSeconds, backSeconds: null, othersFinished };
  // What stands on the screen now may be older than the end of the fault.
  const looks = victim.looks;
  while (victim.looks === looks || !victim.screen?.peers) {
    await scene.pause();
    if (scene.inForce.size > 0) over = performance.now();
  }
  return { fault, hitAt, hitSeconds, backSeconds: (performance.now() - over) / 1000, othersFinished };
}

async function untilDue(fault: Fault, scene: Scene): Promise<void> {
  const [sender] = scene.people;
  const victim = fault.who === null || fault.who === 0 ? undefined : fault.who;
  const receivers = scene.people.map((_, i) => i).slice(1);
  const watched = victim === undefined ? receivers : [victim];
  for (;;) {
    // What was missed is made up for at once, so that every planned fault happens.
    if (receivers.every((i) => scene.arrived[i])) return;
    switch (fault.phase) {
      case 'preparing':
        if (sender && progressOf(sender) >= fault.at) return;
        break;
      case 'transferring':
        if (fault.kind === 'lose-sender') {
          if ((sender?.screen?.stats?.bytesSent ?? 0) >= scene.bytes) return;
        } else if (meanProgress(scene) >= fault.at) return;
        break;
      case 'saving':
        for (const i of watched) if (await scene.arrivals[i]?.hasBegun()) return;
        break;
      case 'complete':
        break;
    }
    await scene.pause(fault.phase === 'preparing');
  }
}

/** Until every receiver has everything or says that parts are missing. Answers whether they have. */
async function othersFinish(scene: Scene): Promise<boolean> {
  for (;;) {
    const open = scene.people.filter((_, i) => i > 0 && !scene.arrived[i]);
    if (open.length === 0) return true;
    if (open.every(({ screen }) => screen?.state === 'stalled')) return false;
    await scene.pause();
  }
}

export const progressOf = ({ screen }: Person): number =>
  screen?.stats ? screen.stats.chunksHave / screen.stats.chunksTotal : 0;

export function meanProgress({ people }: Scene): number {
  const receivers = people.slice(1);
  return receivers.reduce((sum, person) => sum + progressOf(person), 0) / receivers.length;
}

const wait = (seconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, seconds * 1000));
