/** Composition root of the diagnosis, in the page and loaded when it is asked for. Everything it needs is in its chunk: the server may be away. */
import { createTrials } from './adapters/browser/trials';
import { createClock } from './adapters/clock';
import type { Check } from './room/checks';
import { startDiagnosis, type Diagnosis } from './room/diagnosis';
import { diagnosisReport } from './room/diagnostics';
import { version } from './version';

export const diagnose = (tell: (check: Check) => void): Diagnosis =>
  startDiagnosis(createTrials(location.origin), createClock(), tell);

/** `room`: what `Shoal.diagnostics` says of the room in view; '' where there is none. */
export const reportOf = (checks: readonly Check[], room: string): string =>
  diagnosisReport(checks, { version, userAgent: navigator.userAgent }, room);
