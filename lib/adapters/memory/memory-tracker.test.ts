import { trackerContract } from '../contracts/tracker-contract';
import { createWebCrypto } from '../web-crypto';
import { createMemoryTrackerHub } from './memory-tracker';

const crypto = createWebCrypto();

trackerContract(
  'memory',
  () => {
    const hub = createMemoryTrackerHub();
    return {
      client: () => hub.client(),
      setOnline: (online) => hub.setOnline(online),
      close: () => undefined,
    };
  },
  () => crypto.createIdentity(),
);
