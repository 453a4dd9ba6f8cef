import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SignalPayload } from '../ports';
import { SignalGate, signalLimits } from './signal-rules';

const candidate = (text = 'candidate:1'): SignalPayload => ({
  kind: 'candidate',
  candidate: text,
  sdpMid: '0',
  sdpMLineIndex: null,
});

describe('signal rules', () => {
  it('[TP14] an initiator takes one answer and no offer, a responder one offer and no answer', () => {
    const initiator = new SignalGate('initiator');
    expect(initiator.judge({ kind: 'answer', sdp: 'a' })).toBe('take');
    expect(initiator.judge({ kind: 'offer', sdp: 'a' })).toBe('refuse');
    const responder = new SignalGate('responder');
    expect(responder.judge({ kind: 'answer', sdp: 'a' })).toBe('refuse');
    expect(responder.judge({ kind: 'offer', sdp: 'a' })).toBe('take');
  });

  it('[TP13] a description that comes again is ignored, another one is refused', () => {
    const gate = new SignalGate('responder');
    gate.judge({ kind: 'offer', sdp: 'a' });
    expect(gate.judge({ kind: 'offer', sdp: 'a' })).toBe('ignore');
    expect(gate.judge({ kind: 'offer', sdp: 'b' })).toBe('refuse');
  });

  it('[TP13] sizes and the number of candidates are bounded', () => {
    const gate = new SignalGate('responder');
    expect(gate.judge({ kind: 'offer', sdp: 'a'.repeat(signalLimits.sdpChars + 1) })).toBe('refuse');
    expect(gate.judge({ kind: 'offer', sdp: 'a'.repeat(signalLimits.sdpChars) })).toBe('take');
    expect(gate.judge(candidate('a'.repeat(signalLimits.candidateChars + 1)))).toBe('refuse');
    for (let i = 0; i < signalLimits.candidates; i++) expect(gate.judge(candidate())).toBe('take');
    expect(gate.judge(candidate())).toBe('refuse');
  });

  it('[TP13] a knock and the end of candidates mean nothing here', () => {
    const gate = new SignalGate('initiator');
    expect(gate.judge({ kind: 'knock' })).toBe('ignore');
    expect(gate.judge(candidate(''))).toBe('ignore');
  });

  it('[TP13] never throws, whatever comes', () => {
    const kinds = fc.constantFrom('knock', 'offer', 'answer', 'candidate', 'else');
    const anything = fc.oneof(
      fc.anything(),
      fc.record(
        {
          kind: kinds,
          sdp: fc.anything(),
          candidate: fc.anything(),
          sdpMid: fc.anything(),
          sdpMLineIndex: fc.anything(),
        },
        { requiredKeys: [] },
      ),
    );
    fc.assert(
      fc.property(fc.array(anything), fc.constantFrom('initiator', 'responder'), (payloads, role) => {
        const gate = new SignalGate(role);
        for (const payload of payloads)
          expect(['take', 'ignore', 'refuse']).toContain(gate.judge(payload as SignalPayload));
      }),
    );
  });
});
