/** Rule [DG12] at its edge: what the checks need is loaded before they are shown, and again when it did not come. */
import { expect, it, vi } from 'vitest';
import { loadChecks, startChecks } from './diagnosis';

const { load, diagnose } = vi.hoisted(() => ({
  load: vi.fn(),
  diagnose: vi.fn(() => ({ stop: () => undefined })),
}));
vi.mock('../../lib/index', () => ({ loadDiagnosis: load, waitingChecks: [] }));
vi.mock('./manager', () => ({ diagnostics: () => '' }));

it('[UI183] checks that could not be loaded once are loaded when they are asked for again', async () => {
  load.mockRejectedValueOnce(new Error('away')).mockResolvedValue({ diagnose });
  await expect(loadChecks()).rejects.toThrow('away');
  await loadChecks();
  startChecks();
  expect(diagnose).toHaveBeenCalledOnce();
});
