/**
 * A part of the page that is loaded when it is needed, with the English for everything later, which the first load leaves out. Every lazy
 * component that has words is made by this, so that none can show an id. To be rendered inside <Suspense>.
 */
import { lazy, type ComponentType, type LazyExoticComponent } from 'react';
import { addEnglish } from '../_text/words';

/** Rejects offline; the next call tries again. */
export const laterWords = async (): Promise<void> => {
  addEnglish((await import('../_text/messages/en/rest')).default);
};

const firstWaitMs = 500;
const longestWaitMs = 8000;

const serverAnswers = (): Promise<boolean> =>
  fetch('/healthz', { cache: 'no-store' }).then(
    ({ ok }) => ok,
    () => false,
  );

/** The server may be away just now, which is no reason to give up: only a part that a server in reach does not have is gone for good. */
async function patiently<Part>(load: () => Promise<Part>): Promise<Part> {
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

export type Later<Props> = LazyExoticComponent<ComponentType<Props>> & {
  /** Loads it before it is needed, as on the first sign of a person. */
  readonly warm: () => void;
};

export function later<Props>(load: () => Promise<ComponentType<Props>>): Later<Props> {
  let loading: Promise<{ default: ComponentType<Props> }> | undefined;
  const both = (): Promise<{ default: ComponentType<Props> }> =>
    (loading ??= patiently(async () => {
      const [component] = await Promise.all([load(), laterWords()]);
      return { default: component };
    }));
  const warm = (): void => {
    both().catch(() => undefined); // told when it is needed
  };
  return Object.assign(lazy(both), { warm });
}
