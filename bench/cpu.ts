/** CPU time and memory of a browser with all its processes, from /proc (Linux). Clock ticks are 1/100 s on every Linux this runs on (getconf CLK_TCK). */
import { readdirSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { setTimeout } from 'node:timers/promises';

const ticksPerSecond = 100;

export interface BrowserProcess {
  readonly pid: number;
  readonly parent: number;
  readonly ticks: number;
  readonly command: string;
}

function processes(): BrowserProcess[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      const command = readFileSync(`/proc/${name}/cmdline`, 'utf8');
      return [
        {
          pid: Number(name),
          parent: Number(fields[1]),
          ticks: Number(fields[11]) + Number(fields[12]),
          command,
        },
      ];
    } catch {
      return []; // ended while we looked
    }
  });
}

/** All processes of the browsers with these profile directories. */
export function processesOf(profiles: readonly string[]): BrowserProcess[] {
  const all = processes();
  const chosen = new Set(
    all.filter(({ command }) => profiles.some((profile) => command.includes(profile))).map(({ pid }) => pid),
  );
  for (let grown = true; grown;) {
    grown = false;
    for (const { pid, parent } of all) {
      if (chosen.has(parent) && !chosen.has(pid)) {
        chosen.add(pid);
        grown = true;
      }
    }
  }
  return all.filter(({ pid }) => chosen.has(pid));
}

/** CPU milliseconds used so far by the browsers with these profile directories. */
export function cpuMs(profiles: readonly string[]): number {
  const ticks = processesOf(profiles).reduce((sum, process) => sum + process.ticks, 0);
  return (ticks * 1000) / ticksPerSecond;
}

/**
 * Resolves when these browsers use less than a tenth of a core, at the latest after half a minute: what is still written and tidied of the
 * work before is no part of what is measured next.
 */
export async function atRest(profiles: readonly string[]): Promise<void> {
  for (let look = 0, before = cpuMs(profiles); look < 60; look++) {
    await setTimeout(500);
    const now = cpuMs(profiles);
    if (now - before < 50) return;
    before = now;
  }
}

/**
 * Bytes of memory in use by each kind of process of a browser ("browser", "renderer", "network.mojom.NetworkService", …): proportional set
 * size, which divides shared pages among those who share them, so that a sum counts each once. The page cache is not in it.
 */
export function memoryOf(profile: string): Map<string, number> {
  const kinds = new Map<string, number>();
  for (const { pid, command } of processesOf([profile])) {
    const kind =
      /--utility-sub-type=([^\0\s]+)/.exec(command)?.[1] ??
      /--type=([^\0\s]+)/.exec(command)?.[1] ??
      'browser';
    try {
      const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
      const bytes = Number(/^Pss:\s+(\d+) kB/m.exec(rollup)?.[1] ?? 0) * 1024;
      kinds.set(kind, (kinds.get(kind) ?? 0) + bytes);
    } catch {
      // ended while we looked
    }
  }
  return kinds;
}

/** Milliseconds of all cores since the machine started. */
export function machineTimes(): { busy: number; all: number } {
  let [busy, all] = [0, 0];
  for (const { times } of cpus()) {
    busy += times.user + times.nice + times.sys + times.irq;
    all += times.user + times.nice + times.sys + times.irq + times.idle;
  }
  return { busy, all };
}

export interface CpuUse<Answer> {
  readonly answer: Answer;
  /** CPU milliseconds of these browsers. */
  readonly ms: number;
  /** Parts of all that the cores could give: what neither the browsers nor this command used, and what anybody used. */
  readonly othersShare: number;
  readonly machineShare: number;
}

/** What `run` costs the browsers with these profile directories, and what else ran meanwhile. */
export async function cpuOf<Answer>(
  profiles: readonly string[],
  run: () => Promise<Answer>,
): Promise<CpuUse<Answer>> {
  const [before, machineBefore, selfBefore] = [cpuMs(profiles), machineTimes(), process.cpuUsage()];
  const answer = await run();
  const [after, machine, self] = [cpuMs(profiles), machineTimes(), process.cpuUsage(selfBefore)];
  const all = machine.all - machineBefore.all;
  const busy = machine.busy - machineBefore.busy;
  const others = busy - (after - before) - (self.user + self.system) / 1000;
  return {
    answer,
    ms: after - before,
    othersShare: Math.max(0, others / all),
    machineShare: busy / all,
  };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2
    ? (sorted[middle] ?? NaN)
    : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2;
}
