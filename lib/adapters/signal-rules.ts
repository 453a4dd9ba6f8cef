/**
 * Which signals a session takes, in every transport: PROTOCOL TP12–TP14. Signals come from a peer, so anything can be in them.
 * One side offers once, the other answers once, both send candidates; whatever else comes ends the session. Sizes are bounded before
 * anything parses them (pitfalls 1.16). Leaves out what the SDP says: that is the browser adapter's business.
 */
import type { SignalPayload } from '../ports';

/** Decisions of ours: a data-only SDP is about 0.6 KiB, a candidate about 0.15 KiB, and a host rarely has more than 30 of them. */
export const signalLimits = {
  sdpChars: 16 * 1024,
  candidateChars: 1024,
  midChars: 64,
  candidates: 256,
} as const;

export type LinkRole = 'initiator' | 'responder';

/** take: hand it on. ignore: harmless, nothing to do. refuse: end the session with 'protocol'. */
export type SignalVerdict = 'take' | 'ignore' | 'refuse';

/** Judges the signals of one session in the order they come. */
export class SignalGate {
  private readonly awaited: 'offer' | 'answer';
  private description: string | undefined;
  private candidates = 0;

  constructor(role: LinkRole) {
    this.awaited = role === 'initiator' ? 'answer' : 'offer';
  }

  judge(payload: SignalPayload): SignalVerdict {
    // The type is a promise of our own code about a peer's bytes; it is checked again here, where a lie would reach the browser.
    const signal: unknown = payload;
    if (typeof signal !== 'object' || signal === null) return 'refuse';
    switch (payload.kind) {
      case 'knock':
        return 'ignore'; // it asks for a session and means nothing inside one
      case 'offer':
      case 'answer':
        return this.judgeDescription(payload.kind, payload.sdp);
      case 'candidate':
        return this.judgeCandidate(payload);
      default:
        return 'refuse';
    }
  }

  private judgeDescription(kind: 'offer' | 'answer', sdp: unknown): SignalVerdict {
    if (kind !== this.awaited || typeof sdp !== 'string') return 'refuse';
    if (sdp.length === 0 || sdp.length > signalLimits.sdpChars) return 'refuse';
    // A carrier may deliver twice; a different second one would renegotiate, which no peer of ours does.
    if (this.description !== undefined) return this.description === sdp ? 'ignore' : 'refuse';
    this.description = sdp;
    return 'take';
  }

  private judgeCandidate(payload: SignalPayload & { kind: 'candidate' }): SignalVerdict {
    const { candidate, sdpMid, sdpMLineIndex }: Record<string, unknown> = { ...payload };
    if (typeof candidate !== 'string' || candidate.length > signalLimits.candidateChars) return 'refuse';
    const midOk = sdpMid === null || (typeof sdpMid === 'string' && sdpMid.length <= signalLimits.midChars);
    const lineOk =
      sdpMLineIndex === null ||
      (typeof sdpMLineIndex === 'number' && Number.isInteger(sdpMLineIndex) && sdpMLineIndex >= 0);
    if (!midOk || !lineOk || (sdpMid === null && sdpMLineIndex === null)) return 'refuse';
    if (++this.candidates > signalLimits.candidates) return 'refuse';
    // The empty candidate says "no more are coming"; ICE goes on without it.
    return candidate === '' ? 'ignore' : 'take';
  }
}
