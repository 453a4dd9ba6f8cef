/**
 * The course of one transfer as the pages tell it: all receivers click Download at one moment, each page notes its own numbers
 * (window.shoal.stats, which the app refreshes five times a second) and when it is complete. All clocks are this machine's.
 */
import type { Peer, Stats } from '../e2e/support/peer';
import { clickToComplete } from './click-to-complete';

export interface Sample {
  /** Since the common start. */
  readonly seconds: number;
  readonly chunksHave: number;
  /** Payload bytes handed to channels so far. */
  readonly bytesSent: number;
}

export interface Course {
  readonly sender: readonly Sample[];
  readonly receivers: readonly ReceiverCourse[];
  readonly chunksTotal: number;
}

export interface ReceiverCourse {
  /** From its click until every chunk is verified. */
  readonly seconds: number;
  readonly samples: readonly Sample[];
  readonly stats: Stats;
}

const sampleMs = 100;
/** Time to reach every page before the common start (guess: a round trip to eight busy browsers). */
const leadMs = 1_500;

type PageGlobal = typeof globalThis & { shoal: { stats(): Stats }; course: Sample[] };

/** Rejects when not all are complete within `patienceMs`, saying how far each is. */
export async function runCourse(
  sender: Peer,
  receivers: readonly Peer[],
  patienceMs: number,
): Promise<Course> {
  const startAt = Date.now() + leadMs;
  await Promise.all([sender, ...receivers].map((peer) => record(peer, startAt)));
  const patience = new AbortController();
  const clock = setTimeout(() => patience.abort(), leadMs + patienceMs);
  const impatient = new Promise<never>((_, reject) =>
    patience.signal.addEventListener('abort', () => {
      void farness(receivers).then((told) =>
        reject(new Error(`not complete after ${patienceMs / 1000} s: ${told}`)),
      );
    }),
  );
  const seconds = await Promise.race([
    Promise.all(receivers.map((receiver) => clickToComplete(receiver.page, startAt))),
    impatient,
  ]);
  clearTimeout(clock);
  const courses = await Promise.all(
    receivers.map(async (receiver, i) => ({
      seconds: seconds[i] ?? NaN,
      samples: await samplesOf(receiver),
      stats: await receiver.stats(),
    })),
  );
  await settled(sender);
  return {
    sender: await samplesOf(sender),
    receivers: courses,
    chunksTotal: courses[0]?.stats.chunksTotal ?? 0,
  };
}

const record = (peer: Peer, startAt: number): Promise<void> =>
  peer.page.evaluate(
    ({ startAt, sampleMs }) => {
      const page = globalThis as PageGlobal;
      page.course = [];
      setInterval(() => {
        const { chunksHave, bytesSent } = page.shoal.stats();
        page.course.push({ seconds: (Date.now() - startAt) / 1000, chunksHave, bytesSent });
      }, sampleMs);
    },
    { startAt, sampleMs },
  );

/** Until the app has surely refreshed its numbers once more. */
const settled = async ({ page }: Peer): Promise<void> => {
  const length = await page.evaluate(() => (globalThis as PageGlobal).course.length);
  await page.waitForFunction((length) => (globalThis as PageGlobal).course.length > length + 3, length);
};

const samplesOf = (peer: Peer): Promise<Sample[]> =>
  peer.page.evaluate(() => (globalThis as PageGlobal).course);

async function farness(receivers: readonly Peer[]): Promise<string> {
  const told = await Promise.all(
    receivers.map((receiver) =>
      receiver.stats().then(
        ({ chunksHave, chunksTotal, peers }) =>
          `${chunksHave} of ${chunksTotal} chunks, ${peers.length} peers`,
        () => 'page gone',
      ),
    ),
  );
  return told.map((line, i) => `receiver ${i + 1}: ${line}`).join('; ');
}
