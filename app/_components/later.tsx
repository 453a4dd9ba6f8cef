/**
 * A part of the page that is loaded when it is needed, with the English for everything later, which the first load leaves out. Every lazy
 * component that has words is made by this, so that none can show an id. To be rendered inside <Suspense>.
 */
import { lazy, type ComponentType, type LazyExoticComponent } from 'react';
import { addEnglish } from '../_text/words';

let english: Promise<void> | undefined;

/** Rejects offline; the next call tries again. */
const laterWords = (): Promise<void> =>
  (english ??= import('../_text/messages/en/rest').then(
    ({ default: rest }) => addEnglish(rest),
    (error: unknown) => {
      english = undefined;
      throw error;
    },
  ));

export type Later<Props> = LazyExoticComponent<ComponentType<Props>> & {
  /** Loads it before it is needed, as on the first sign of a person. */
  readonly warm: () => void;
};

export function later<Props>(load: () => Promise<ComponentType<Props>>): Later<Props> {
  const both = async (): Promise<{ default: ComponentType<Props> }> => {
    const [component] = await Promise.all([load(), laterWords()]);
    return { default: component };
  };
  const warm = (): void => {
    both().catch(() => undefined); // told when it is needed
  };
  return Object.assign(lazy(both), { warm });
}
