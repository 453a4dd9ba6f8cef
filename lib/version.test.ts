import { expect, it } from 'vitest';
import manifest from '../package.json';
import { version } from './version';

it('[RM53] diagnostics name the version of package.json', () => {
  expect(version).toBe(manifest.version);
});
