import { nearbyContract } from '../contracts/nearby-contract';
import { MemoryCircle } from './memory-nearby';

nearbyContract('memory', () => {
  const circle = new MemoryCircle();
  return Promise.resolve({ client: () => circle.client(), close: () => undefined });
});
