/** What a page's main thread worked in each of its tasks, by the browser's own trace: time on a processor, not time on the clock. */
import type { Page } from '@playwright/test';

/** Trace Event Format: "X" is a complete event, "M" says what a thread is called. */
interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  /** Microseconds on a processor. */
  readonly tdur?: number;
  readonly args?: {
    readonly name?: string;
    readonly data?: {
      readonly frames?: readonly { readonly isInPrimaryMainFrame?: boolean; readonly processId?: number }[];
    };
  };
}

/** `worked`: CPU-ms, one a task of the page's main thread while `run` ran. Throws where the trace tells of none. */
export async function taskWork<Answer>(
  page: Page,
  run: () => Promise<Answer>,
): Promise<{ readonly answer: Answer; readonly worked: readonly number[] }> {
  const session = await page.context().newCDPSession(page);
  const events: TraceEvent[] = [];
  session.on('Tracing.dataCollected', ({ value }) => {
    events.push(...(value as unknown as TraceEvent[]));
  });
  await session.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { includedCategories: ['disabled-by-default-devtools.timeline', '__metadata'] },
  });
  const answer = await run();
  const complete = new Promise((resolve) => session.once('Tracing.tracingComplete', resolve));
  await session.send('Tracing.end');
  await complete;
  await session.detach();
  return { answer, worked: mainThreadTasks(events) };
}

function mainThreadTasks(events: readonly TraceEvent[]): number[] {
  const frames = events.find(({ name }) => name === 'TracingStartedInBrowser')?.args?.data?.frames ?? [];
  const process = frames.find(({ isInPrimaryMainFrame }) => isInPrimaryMainFrame)?.processId;
  const main = events.find(
    ({ name, pid, args }) => name === 'thread_name' && pid === process && args?.name === 'CrRendererMain',
  );
  const tasks = events.filter(
    ({ name, pid, tid }) => name === 'RunTask' && pid === main?.pid && tid === main.tid,
  );
  if (tasks.length === 0) throw new Error('the trace tells of no task of the page');
  return tasks.map(({ tdur = 0 }) => tdur / 1000);
}
