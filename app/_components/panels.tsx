'use client';
/** Where panels lie over the page, whatever view stands in it, and where each is loaded from. */
import { setPanels, usePanel } from '../_hooks/panel';
import { laterWords } from './later';

setPanels({
  diagnosis: async () => {
    const [{ DiagnosisPanel }, { loadChecks }] = await Promise.all([
      import('./diagnosis-panel'),
      import('../_hooks/diagnosis'),
      laterWords(),
    ]);
    await loadChecks();
    return DiagnosisPanel;
  },
  nearby: async () => {
    const [{ NearbyPanel }] = await Promise.all([import('./nearby-panel'), laterWords()]);
    return NearbyPanel;
  },
});

export const Panels = () => usePanel();
