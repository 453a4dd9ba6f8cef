/** Real cryptography that tells when it is idle: its threads take as long as the machine lets them, so no number of turns is enough. */
import { createWebCrypto } from '../../adapters/web-crypto';
import type { Crypto } from '../../ports';

export function watchedCrypto(): { readonly crypto: Crypto; readonly idle: () => Promise<void> } {
  let underWay = 0;
  const watched = new Proxy(createWebCrypto(), {
    get(target, name, receiver) {
      const found: unknown = Reflect.get(target, name, receiver);
      if (typeof found !== 'function') return found;
      return (...given: unknown[]): unknown => {
        const answer: unknown = Reflect.apply(found, target, given);
        if (answer instanceof Promise) {
          underWay++;
          const over = (): void => {
            underWay--;
          };
          answer.then(over, over);
        }
        return answer;
      };
    },
  });
  return {
    crypto: watched,
    /** Resolves when nothing is under way and what followed from the last answer has begun nothing more. */
    idle: async () => {
      do await new Promise((resolve) => setTimeout(resolve, 0));
      while (underWay > 0);
    },
  };
}
