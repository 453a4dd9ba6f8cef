/** Every scene by its name. A new one: a line here. */
import type { Trip } from '../props';
import type { Scene } from '../studio';
import { handed, shares } from './at-home';
import { diagnosis, nearby } from './connecting';
import { home, sharesOfThisBrowser } from './home';
import { options } from './options';
import { swarm } from './swarm';
import { intoAFolder, oneFile, transfer } from './transfer';
import { arriving, fullDisk, hanging, leftAlone, littleSpace, outside, preparing } from './trouble';

export const scenesWith = (trip: Trip): Readonly<Record<string, Scene>> => ({
  home: home(trip),
  'home-shares': sharesOfThisBrowser,
  shares,
  handed,
  transfer: transfer(trip),
  'one-file': oneFile(trip),
  folder: intoAFolder(trip),
  options: options(trip),
  swarm: swarm(trip),
  outside,
  diagnosis: diagnosis(trip),
  nearby: nearby(trip),
  arriving: arriving(trip),
  preparing,
  'little-space': littleSpace,
  'full-disk': fullDisk,
  'left-alone': leftAlone(trip),
  hanging: hanging(trip),
});
