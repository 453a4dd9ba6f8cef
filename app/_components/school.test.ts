import { expect, it } from 'vitest';
import { layOut } from '../../scripts/school.mjs';
import school from './school-fish.json';

it('fish swim where npm run school places them', () => {
  expect(JSON.stringify(school)).toBe(JSON.stringify(layOut()));
});
