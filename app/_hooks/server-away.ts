/** Whether the server answers, asked when something that it should bring does not come; and waiting for it. */
import { useEffect, useState } from 'react';

/** Guesses. A slow line is no reason to speak of the server. */
const patienceMs = 4000;
const everyMs = 3000;
const answerMs = 5000;

const serverAnswers = (): Promise<boolean> =>
  fetch('/healthz', { cache: 'no-store', signal: AbortSignal.timeout(answerMs) }).then(
    ({ ok }) => ok,
    () => false,
  );

const firstWaitMs = 500;
const longestWaitMs = 8000;

/** The server may be away just now, which is no reason to give up: only what a server in reach does not have is gone for good. */
export async function patiently<Part>(load: () => Promise<Part>): Promise<Part> {
  for (let wait = firstWaitMs, refused = 0; ; wait = Math.min(2 * wait, longestWaitMs)) {
    try {
      return await load();
    } catch (error) {
      refused += (await serverAnswers()) ? 1 : 0;
      if (refused === 3) throw error;
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  }
}

/** True from when the server was found not to answer, some seconds after the component came, until it does. */
export function useServerAway(): boolean {
  const [away, setAway] = useState(false);
  useEffect(() => {
    let timer = setTimeout(look, patienceMs);
    let gone = false;
    function look(): void {
      void serverAnswers().then((answers) => {
        if (gone) return;
        setAway(!answers);
        timer = setTimeout(look, everyMs);
      });
    }
    return () => {
      gone = true;
      clearTimeout(timer);
    };
  }, []);
  return away;
}
