/**
 * One download made by the service worker, as the page follows it: asked for, started, kept alive, heard of to its end
 * (research/pitfalls.md 5.4–5.8). Decides that nothing is started which the worker does not know, and when a download counts as lost. Leaves out getting a worker (saver.ts) and what it does (lib/adapters/service-worker).
 */
import { ShoalError } from '../../base/errors';
import {
  isSaveNews,
  isSavePong,
  saveChannelName,
  type SaveLeave,
  type SaveNews,
  type SavePing,
  type SavePong,
  saveUrl,
} from './save-messages';
import { startDownload } from './start-download';

/** Firefox stops a worker that streams 60 s after its last event (../service-worker/lifeline.ts): four chances before that breaks it off. */
const pingMs = 10_000;
/** Guess: a worker that starts from disk on a busy phone answers in this time. */
const answerMs = 10_000;
/** Guess: from the click to the browser's request. */
const startMs = 30_000;
/** News and answers come by different ways and may overtake each other: one answer alone does not say a download is lost. */
const lostAnswers = 3;

/** Whether this worker runs a download of the ticket now: begun by another tab, or by this one before it was reloaded. */
export async function runsThere(worker: ServiceWorker, ticket: string): Promise<boolean> {
  return (await ping(worker, ticket))?.saving ?? false;
}

/**
 * See Saver.save. `begin` false: it runs already and is only followed. One worker from question to end: a newer version that takes over
 * meanwhile knows nothing of this download.
 */
export async function saveThroughWorker(
  worker: ServiceWorker,
  ticket: string,
  name: string,
  begin = true,
): Promise<void> {
  const ended = deferred<undefined>();
  ended.promise.catch(() => undefined); // met below, unless the question fails first
  let started = !begin;
  /** The start of the worker that streams; undefined where it does not say. */
  let streaming: string | undefined;
  let missed = 0;

  const hear = (news: SaveNews): void => {
    if (news.ticket !== ticket) return;
    started = true;
    if (news.kind === 'save-started') streaming = news.worker;
    if (news.kind === 'save-done') ended.resolve(undefined);
    else if (news.kind === 'save-failed') ended.reject(new ShoalError(news.code, news.reason));
  };
  const channel = new BroadcastChannel(saveChannelName);
  channel.onmessage = ({ data }: MessageEvent<unknown>) => {
    if (isSaveNews(data)) hear(data);
  };

  const keepAlive = async (): Promise<void> => {
    const pong = await ping(worker, ticket);
    missed = pong?.saving ? 0 : missed + 1;
    const another = streaming !== undefined && pong?.worker !== undefined && pong.worker !== streaming;
    if (started && (another || missed >= lostAnswers))
      ended.reject(new ShoalError('save-broken-off', 'the browser stopped the service worker'));
  };
  const leave = (): void => {
    const gone: SaveLeave = { kind: 'leave', ticket };
    worker.postMessage(gone);
  };
  addEventListener('pagehide', leave);
  const pinging = setInterval(() => void keepAlive(), pingMs);
  const starting = setTimeout(() => {
    if (!started) ended.reject(new ShoalError('save-failed', 'the browser did not start the download'));
  }, startMs);

  try {
    const found = await ping(worker, ticket);
    if (!found?.known)
      throw new ShoalError(
        'save-failed',
        found ? 'the ticket is gone' : 'the service worker does not answer',
      );
    if (begin) startDownload(saveUrl(ticket, name));
    else if (!found.saving) throw new ShoalError('save-broken-off', 'it does not run any more');
    await ended.promise;
  } finally {
    clearInterval(pinging);
    clearTimeout(starting);
    removeEventListener('pagehide', leave);
    channel.close();
  }
}

/** undefined: no answer in time. Any message starts a stopped worker and keeps a running one alive. */
async function ping(worker: ServiceWorker, ticket: string): Promise<SavePong | undefined> {
  const { port1, port2 } = new MessageChannel();
  const answered = deferred<SavePong | undefined>();
  const timer = setTimeout(() => answered.resolve(undefined), answerMs);
  port1.onmessage = ({ data }: MessageEvent<unknown>) =>
    answered.resolve(isSavePong(data) ? data : undefined);
  const question: SavePing = { kind: 'ping', ticket };
  worker.postMessage(question, [port2]);
  const pong = await answered.promise;
  clearTimeout(timer);
  port1.close();
  return pong;
}

interface Deferred<Value> {
  readonly promise: Promise<Value>;
  resolve(value: Value): void;
  reject(error: ShoalError): void;
}

/** Promise.withResolvers, which Chromium has since 119 and Safari since 17.4 only. */
function deferred<Value>(): Deferred<Value> {
  const parts: Partial<Deferred<Value>> = {};
  const promise = new Promise<Value>((resolve, reject) => Object.assign(parts, { resolve, reject }));
  return { resolve: () => undefined, reject: () => undefined, ...parts, promise };
}
