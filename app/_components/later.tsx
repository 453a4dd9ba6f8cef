/**
 * A part of the page that is loaded when it is needed, with the English for everything later, which the first load leaves out. Every such
 * part that has words is made by this, so that none can show an id. Not by React.lazy: React holds back what follows a <Suspense> fallback
 * for 300 ms, which was a fifth of the time from a link to its list of files.
 */
import { createElement, useEffect, useState, type ComponentType, type ReactNode } from 'react';
import { patiently } from '../_hooks/server-away';
import { addEnglish } from '../_text/words';

/** Rejects offline; the next call tries again. */
export const laterWords = async (): Promise<void> => {
  addEnglish((await import('../_text/messages/en/rest')).default);
};

/** Throws, while rendering, what kept it from loading. */
export type Later<Props> = ComponentType<Props & { readonly meanwhile?: ReactNode }> & {
  /** Loads it before it is needed, as on the first sign of a person. */
  readonly warm: () => void;
};

export function later<Props extends object>(load: () => Promise<ComponentType<Props>>): Later<Props> {
  let part: ComponentType<Props> | undefined;
  let loading: Promise<void> | undefined;
  const loaded = (): Promise<void> =>
    (loading ??= patiently(async () => {
      [part] = await Promise.all([load(), laterWords()]);
    }));
  const warm = (): void => {
    loaded().catch(() => undefined); // told when it is needed
  };
  function Part({ meanwhile, ...props }: Props & { readonly meanwhile?: ReactNode }): ReactNode {
    const [failed, setFailed] = useState<{ readonly error: unknown }>();
    const [, setHere] = useState(part !== undefined);
    useEffect(() => {
      let gone = false;
      loaded().then(
        () => {
          if (!gone) setHere(true);
        },
        (error: unknown) => {
          if (!gone) setFailed({ error });
        },
      );
      return () => {
        gone = true;
      };
    }, []);
    if (failed) throw failed.error;
    return part ? createElement(part, props as Props) : meanwhile;
  }
  return Object.assign(Part, { warm });
}
