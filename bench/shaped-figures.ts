/**
 * From what a shaped run showed to the figures it tells, for people and as one JSON object. Seconds, bytes, bytes per second, shares of 1.
 * F is the file's bytes, u the sender's shaped rate.
 */
import { kumarRossSeconds } from '../sim/bounds';
import { median } from './cpu';
import type { Carried } from './namespaces';
import type { Course, Sample } from './shaped-course';
import { deviation, simulateShaped } from './shaped-simulated';

export interface Run {
  readonly bytes: number;
  readonly up: number;
  readonly receiverUp: number;
  readonly queueMs: number;
  /** Payload over bytes on the link, one bare channel. */
  readonly goodputShare: number;
  /** Payload per second of that channel over the shaped rate, slow start and idle time included. */
  readonly bareShare: number;
  readonly course: Course;
  /** What each uplink carried during the course, the sender's first. */
  readonly carried: readonly Carried[];
  /** CPU the browsers used, and the whole machine, over what its cores could give. */
  readonly cpuShare: number;
  readonly machineCpuShare: number;
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** `of` at a time between samples, straight lines between them, level before the first and after the last. */
export function valueAt(samples: readonly Sample[], seconds: number, of: (sample: Sample) => number): number {
  let before: Sample | undefined;
  for (const sample of samples) {
    if (sample.seconds < seconds) {
      before = sample;
      continue;
    }
    if (!before) return of(sample);
    const part = (seconds - before.seconds) / (sample.seconds - before.seconds);
    return of(before) + part * (of(sample) - of(before));
  }
  return before ? of(before) : NaN;
}

/** [seconds, mean part of the chunks held over all receivers, 0–1], from the start until the last is done, `points` + 1 of them. */
export function meanProgress({ receivers, chunksTotal }: Course, points = 60): [number, number][] {
  const end = Math.max(...receivers.map(({ seconds }) => seconds));
  return Array.from({ length: points + 1 }, (_, i) => {
    const at = (end * i) / points;
    const parts = receivers.map(({ seconds, samples }) =>
      at >= seconds ? 1 : valueAt(samples, at, ({ chunksHave }) => chunksHave / chunksTotal),
    );
    return [round(at), round(sum(parts) / parts.length)];
  });
}

/** Everything that is told with --json; what the names do not say stands at Run. */
export function figuresOf(run: Run) {
  const { bytes, up, receiverUp, course, carried } = run;
  const seconds = course.receivers.map((receiver) => receiver.seconds);
  const [last, middle, count] = [Math.max(...seconds), median(seconds), seconds.length];
  const bound = kumarRossSeconds({
    bytes,
    senderUp: up,
    ups: seconds.map(() => receiverUp),
    minDown: Infinity,
  });
  const sentBefore = (at: number): number => valueAt(course.sender, at, ({ bytesSent }) => bytesSent);
  const copiesAt = (at: number): number => (sentBefore(at) - sentBefore(0)) / bytes;
  const received = sum(course.receivers.map(({ stats }) => stats.bytesReceived));
  const onLinks = carried.map((link) => link.bytes);
  const curve = meanProgress(course);
  const simulated = simulateShaped({
    bytes,
    receivers: count,
    up: up * run.bareShare,
    receiverUp: receiverUp * run.bareShare,
    queueMs: run.queueMs,
  });
  const toPayloadBound = (value: number): number => round((value / bound) * run.goodputShare);
  return {
    receivers: count,
    /** Over F/u. */
    ratioLast: round((last * up) / bytes),
    ratioP50: round((middle * up) / bytes),
    /** Copies of the file the sender sent from the start until all were done, and until each was (by numbers up to 0.3 s old). */
    senderCopies: round(copiesAt(Infinity)),
    copiesWhenDone: seconds.map((at) => round(copiesAt(at))),
    seconds: seconds.map(round),
    curve,
    /** The same in the simulator, and the largest difference in time at equal mean progress over the whole time. */
    simulatedSeconds: round(simulated.seconds),
    simulatedCurve: simulated.curve
      .filter((_, i) => i % 3 === 0)
      .map(([at, part]) => [round(at), round(part)]),
    simulatedDeviation: round(deviation(curve, simulated.curve)),
    goodputShare: round(run.goodputShare),
    bareShare: round(run.bareShare),
    /** Payload that came over bytes on all links, acknowledgements and what was sent again included. */
    swarmGoodputShare: round(received / sum(onLinks)),
    bytes,
    up,
    receiverUp,
    queueMs: run.queueMs,
    /** Kumar–Ross at the shaped rates, and the times over that bound at the payload rates (shaped × goodputShare). */
    boundSeconds: round(bound),
    ratioLastToPayloadBound: toPayloadBound(last),
    ratioP50ToPayloadBound: toPayloadBound(middle),
    /** Of what the receivers needed. */
    duplicateShare: round(sum(course.receivers.map(({ stats }) => stats.duplicateBytes)) / bytes / count),
    senderUplinkUse: round((onLinks[0] ?? 0) / up / last),
    receiverUplinkUse: round(sum(onLinks.slice(1)) / receiverUp / count / last),
    dropShare: round(
      sum(carried.map(({ dropped }) => dropped)) / sum(carried.map((link) => link.packets + link.dropped)),
    ),
    cpuShare: round(run.cpuShare),
    machineCpuShare: round(run.machineCpuShare),
  };
}

/** The same for people, a line each. */
export function* linesOf(run: Run): Generator<string> {
  const { bytes, up, receiverUp, goodputShare, course } = run;
  const figures = figuresOf(run);
  const rates = (share: number): string =>
    `${((up * share) / 1e6).toFixed(3)} MB/s (sender) and ${((receiverUp * share) / 1e6).toFixed(3)} MB/s (receivers)`;
  yield `file ${(bytes / 1e6).toFixed(2)} MB; uplinks shaped to ${rates(1)} of Ethernet frames; downlinks free`;
  yield (
    `bare channel: ${percent(goodputShare)} of the bytes on the link are payload, so there is room for ${rates(goodputShare)}; ` +
    `its start included, it brought ${percent(run.bareShare)} of the shaped rate`
  );
  yield 'receiver   seconds  over F/u  sender copies by then  received MB  sent MB  duplicate MB';
  for (const [i, { seconds, stats }] of course.receivers.entries()) {
    yield [
      String(i + 1).padStart(8),
      seconds.toFixed(2).padStart(10),
      ((seconds * up) / bytes).toFixed(3).padStart(10),
      (figures.copiesWhenDone[i] ?? NaN).toFixed(2).padStart(23),
      (stats.bytesReceived / 1e6).toFixed(2).padStart(13),
      (stats.bytesSent / 1e6).toFixed(2).padStart(9),
      (stats.duplicateBytes / 1e6).toFixed(2).padStart(14),
    ].join('');
  }
  yield (
    `last ${figures.ratioLast} × F/u (F/u is ${(bytes / up).toFixed(2)} s); Kumar–Ross bound ${figures.boundSeconds.toFixed(2)} s at the shaped rates, ` +
    `${(figures.boundSeconds / goodputShare).toFixed(2)} s at the payload rates: last ${figures.ratioLastToPayloadBound} × that`
  );
  yield (
    `sender copies ${figures.senderCopies}, duplicates ${percent(figures.duplicateShare)}; uplinks busy: sender ${percent(figures.senderUplinkUse)}, ` +
    `receivers ${percent(figures.receiverUplinkUse)}; payload ${percent(figures.swarmGoodputShare)} of all bytes on links, packets dropped ${percent(figures.dropShare)}`
  );
  yield (
    `simulator, same peers and file at the bare channel's rate: last after ${figures.simulatedSeconds.toFixed(2)} s; ` +
    `at equal progress the real run differs by at most ${percent(figures.simulatedDeviation)} of its time`
  );
  yield `CPU: browsers ${percent(run.cpuShare)}, whole machine ${percent(run.machineCpuShare)}`;
  if (run.machineCpuShare > 0.85)
    yield 'The machine had little CPU left: the links may not be what limited this run. Take a lower --up, or wait until it is idle.';
  if (figures.receivers === 1)
    yield `Shoal alone, one to one: ${percent(1 / figures.ratioLast)} of the shaped rate became verified payload`;
}

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

const round = (value: number): number => Math.round(value * 1000) / 1000;
