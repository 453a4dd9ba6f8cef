/**
 * ShoalErrors across Comlink with their code. Comlink's own handler for thrown values keeps message, name and stack only, and the app looks
 * its sentence up by code. Both ends must call this before the first command. Everything else thrown goes the way Comlink sends it.
 */
import { transferHandlers } from 'comlink';
import { ShoalError, type ShoalErrorCode } from '../base/errors';

interface SentError {
  readonly shoal: { readonly code: ShoalErrorCode; readonly detail: string };
}

const isSentError = (value: unknown): value is SentError =>
  typeof value === 'object' && value !== null && 'shoal' in value;

/** Comlink hands thrown values over as `{ value }` under a marker only its own handler knows how to see. */
const thrownValue = (thrown: unknown): unknown =>
  typeof thrown === 'object' && thrown !== null && 'value' in thrown ? thrown.value : undefined;

let registered = false;

export function sendShoalErrorsWhole(): void {
  const own = transferHandlers.get('throw');
  if (registered || !own) return;
  registered = true;
  transferHandlers.set('throw', {
    canHandle: (value): value is unknown => own.canHandle(value),
    serialize(thrown) {
      const error = thrownValue(thrown);
      if (!(error instanceof ShoalError)) return own.serialize(thrown);
      const sent: SentError = { shoal: { code: error.code, detail: error.detail } };
      return [sent, []];
    },
    deserialize(sent) {
      if (isSentError(sent)) throw new ShoalError(sent.shoal.code, sent.shoal.detail);
      return own.deserialize(sent);
    },
  });
}
