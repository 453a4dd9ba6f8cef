/** CPU time of a browser with all its processes, from /proc (Linux). Clock ticks are 1/100 s on every Linux this runs on (getconf CLK_TCK). */
import { readdirSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';

const ticksPerSecond = 100;

interface ProcessTimes {
  readonly pid: number;
  readonly parent: number;
  readonly ticks: number;
  readonly command: string;
}

function processes(): ProcessTimes[] {
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

/** CPU milliseconds used so far by the browsers with these profile directories. */
export function cpuMs(profiles: readonly string[]): number {
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
  const ticks = all.filter(({ pid }) => chosen.has(pid)).reduce((sum, process) => sum + process.ticks, 0);
  return (ticks * 1000) / ticksPerSecond;
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

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2
    ? (sorted[middle] ?? NaN)
    : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2;
}
