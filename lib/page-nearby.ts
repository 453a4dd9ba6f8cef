/** Composition root of being found nearby, in the page and loaded when the person asks for it. */
import { createClock } from './adapters/clock';
import { createSocketNearby } from './adapters/socket-nearby';
import { createWebCrypto } from './adapters/web-crypto';
import { createNearby } from './room/nearby';
import type { Nearby } from './room/nearby-api';

/** One a page. Throws ShoalError 'insecure-context' where the platform hides WebCrypto. */
export function startNearby(): Nearby {
  const clock = createClock();
  const client = createSocketNearby({ url: location.origin, clock });
  return createNearby({ client, clock, crypto: createWebCrypto() });
}
