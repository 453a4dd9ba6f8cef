/**
 * What every Transport must do between connecting and ending: PROTOCOL TP1–TP3, TP9, TP12–TP16, TP20. Each scenario throws when a rule is
 * broken. Frames and back-pressure have their own file.
 */
import { equalBytes } from '../../base/bytes';
import type { Pair } from './transport-recorder';
import {
  check,
  equal,
  newSession,
  Recorder,
  type EnvironmentOptions,
  type Scenario,
} from './transport-recorder';
import { frameScenarios } from './transport-frame-scenarios';

const none = new Uint8Array();
const impatient: EnvironmentOptions = { connectTimeoutMs: 400 };

/** Never valid, for either role; the last ones lie about their types. */
const garbage: readonly unknown[] = [
  { kind: 'offer', sdp: '' },
  { kind: 'offer', sdp: 'v=0' },
  { kind: 'answer', sdp: 'no description at all' },
  { kind: 'offer', sdp: 'a'.repeat(20_000) },
  { kind: 'candidate', candidate: 'x'.repeat(2000), sdpMid: '0', sdpMLineIndex: 0 },
  { kind: 'candidate', candidate: 'candidate:1', sdpMid: null, sdpMLineIndex: null },
  { kind: 'candidate', candidate: 'candidate:1', sdpMid: '0', sdpMLineIndex: -1 },
  { kind: 'candidate', candidate: 7, sdpMid: {}, sdpMLineIndex: [] },
  { kind: 'offer', sdp: { toString: 'x' } },
  { kind: 'renegotiate', renegotiate: true },
  { kind: 'transceiverRequest', transceiverRequest: { kind: 'video' } },
  {},
  null,
  'offer',
];

const lifeScenarios: readonly Scenario[] = [
  {
    title: '[TP1] an attempt opens once on both sides and ends in exactly one closed',
    async run(pair) {
      const session = await pair.open();
      await pair.hangUp(session);
      pair.left.close(session);
      pair.right.close(session);
      const second = await pair.open();
      await pair.hangUp(second);
      for (const side of [pair.left, pair.right]) {
        side.checkEnded(session);
        side.checkEnded(second);
      }
    },
  },
  {
    title: '[TP1] an attempt that is ended before it opens never opens',
    options: { connectTimeoutMs: 2000 },
    async run(pair) {
      const session = pair.dial();
      pair.left.close(session, 'superseded');
      equal(await pair.left.closed(session), 'superseded', 'own reason');
      equal(await pair.right.closed(session), 'connect-failed', "the other side's reason");
      equal(pair.left.log(session).channel, undefined, 'no channel');
      pair.left.checkEnded(session);
      pair.right.checkEnded(session);
    },
  },
  {
    title: '[TP1] a second connect with a session that is alive changes nothing',
    async run(pair) {
      const session = pair.dial();
      pair.left.connect(session, 'initiator');
      await Promise.all([pair.left.opened(session), pair.right.opened(session)]);
      pair.right.connect(session, 'initiator');
      await pair.hangUp(session);
      pair.left.checkEnded(session);
      pair.right.checkEnded(session);
    },
  },
  {
    title: '[TP3] both sides see the same binding and every session another one',
    async run(pair) {
      const sessions = [await pair.open(), await pair.open()];
      const bindings = sessions.map((session) => {
        const left = pair.left.channel(session).binding;
        check(left.length === 32, 'a binding is 32 bytes');
        check(equalBytes(left, pair.right.channel(session).binding), 'both sides have the same binding');
        return left;
      });
      check(!equalBytes(bindings[0] ?? none, bindings[1] ?? none), 'sessions differ in their binding');
    },
  },
  {
    title: '[TP9] a goodbye sent just before closing arrives, and each side hears its own reason',
    async run(pair) {
      const session = await pair.open();
      while (pair.left.sendBlock(session, new Uint8Array(64 * 1024))); // so that nothing leaves at once
      for (let i = 0; i < 50; i++) pair.left.sendControl(session, new Uint8Array(8192).fill(i));
      pair.left.close(session, 'left');
      pair.left.close(session, 'protocol');
      pair.left.sendControl(session, new Uint8Array([99]));
      pair.left.sendBlock(session, new Uint8Array([99]));
      equal(await pair.left.closed(session), 'left', 'own reason');
      equal(await pair.right.closed(session), 'gone', "the other side's reason");
      const heard = pair.right.log(session).control.map((frame) => frame[0]);
      equal(heard, [...Array(50).keys()], 'what was sent before closing');
      pair.left.checkEnded(session);
      pair.right.checkEnded(session);
    },
  },
  {
    title: '[TP9] when both sides close at once each keeps its own reason',
    async run(pair) {
      const session = await pair.open();
      pair.left.close(session, 'superseded');
      pair.right.close(session, 'too-many-links');
      equal(await pair.left.closed(session), 'superseded', 'left');
      equal(await pair.right.closed(session), 'too-many-links', 'right');
      pair.left.checkEnded(session);
      pair.right.checkEnded(session);
    },
  },
  {
    title: '[TP12] signals and closes of unknown sessions are ignored',
    async run(pair) {
      const stranger = newSession();
      for (const payload of garbage) pair.left.signal(stranger, payload);
      pair.left.close(stranger);
      const session = await pair.open();
      await pair.hangUp(session);
      pair.left.signal(session, { kind: 'answer', sdp: 'late' });
      await pair.open();
      equal(pair.left.log(stranger).events, [], 'nothing told of an unknown session');
      pair.left.checkEnded(session);
    },
  },
  {
    title: '[TP13] a hostile signal ends its session with protocol and nothing else',
    async run(pair) {
      const bystander = await pair.open();
      pair.left.carry = pair.right.carry = () => undefined;
      for (const payload of garbage)
        for (const role of ['initiator', 'responder'] as const) {
          const session = newSession();
          pair.left.connect(session, role);
          pair.left.signal(session, payload);
          equal(await pair.left.closed(session), 'protocol', JSON.stringify(payload).slice(0, 80));
          pair.left.checkEnded(session);
        }
      pair.left.sendControl(bystander, new Uint8Array([1]));
      await pair.right.until(bystander, (log) => log.control.length === 1, 'frame on the other link');
    },
  },
  {
    title: '[TP13] mutated offers never throw and never bring two endings',
    async run(pair) {
      pair.left.carry = pair.right.carry = () => undefined;
      const source = newSession();
      pair.left.connect(source, 'initiator');
      await pair.left.until(source, (log) => log.signals.length > 0, 'offer');
      const offer = pair.left.log(source).signals[0];
      const sdp = offer && 'sdp' in offer ? offer.sdp : '';
      check(sdp.length > 0, 'an offer comes first');
      const sessions = Array.from({ length: 24 }, (_, i) => {
        const session = newSession();
        const at = Math.floor((sdp.length * i) / 24);
        const mutated = [
          sdp.slice(0, at),
          sdp.slice(0, at) + '\u0000' + sdp.slice(at + 1),
          sdp.slice(at) + sdp.slice(0, at),
        ][i % 3];
        pair.right.connect(session, 'responder');
        pair.right.signal(session, { kind: 'offer', sdp: mutated });
        pair.right.signal(session, {
          kind: 'candidate',
          candidate: sdp.slice(0, at),
          sdpMid: '0',
          sdpMLineIndex: 0,
        });
        return session;
      });
      for (const session of sessions) {
        pair.right.close(session);
        check(['left', 'protocol', 'connect-failed'].includes(await pair.right.closed(session)), 'a reason');
        pair.right.checkEnded(session);
      }
    },
  },
  {
    title: '[TP13] signals that arrive twice do no harm',
    async run(pair) {
      pair.carry(2);
      await pair.hangUp(await pair.open());
    },
  },
  {
    title: '[TP14] only the initiator offers and only the responder answers',
    async run(pair) {
      const session = await pair.open();
      const kinds = (side: Recorder): string[] =>
        side
          .log(session)
          .signals.map(({ kind }) => kind)
          .filter((kind) => kind !== 'candidate');
      equal(kinds(pair.left), ['offer'], "the initiator's descriptions");
      equal(kinds(pair.right), ['answer'], "the responder's descriptions");
      equal(pair.left.log(session).signals[0]?.kind, 'offer', 'the offer comes before its candidates');
    },
  },
  {
    title: '[TP15] an attempt nobody answers ends with connect-failed',
    options: impatient,
    async run(pair) {
      pair.left.carry = pair.right.carry = () => undefined;
      const session = pair.dial();
      equal(await pair.left.closed(session), 'connect-failed', 'initiator');
      equal(await pair.right.closed(session), 'connect-failed', 'responder');
      pair.left.checkEnded(session);
      pair.right.checkEnded(session);
    },
  },
  {
    title: '[TP15] a link that opened is not ended by the connect timeout',
    options: { connectTimeoutMs: 2500 },
    async run(pair) {
      const session = await pair.open();
      await new Promise((resolve) => setTimeout(resolve, 2700));
      check(!pair.left.ended(session) && !pair.right.ended(session), 'still open');
    },
  },
  {
    title: '[TP16] fifty links one after the other leave nothing behind',
    async run(pair) {
      for (let i = 0; i < 50; i++) await pair.hangUp(await pair.open());
    },
  },
  {
    title: '[TP16] ten links at once, each with frames of its own',
    async run(pair) {
      const sessions = Array.from({ length: 10 }, () => pair.dial());
      await Promise.all(sessions.flatMap((id) => [pair.left.opened(id), pair.right.opened(id)]));
      sessions.forEach((session, i) => pair.left.sendControl(session, new Uint8Array([i])));
      for (const [i, session] of sessions.entries()) {
        await pair.right.until(session, (log) => log.control.length === 1, 'frame');
        equal(pair.right.log(session).control[0]?.[0], i, 'the frame of this session');
      }
      await Promise.all(sessions.map((session) => pair.hangUp(session)));
    },
  },
  {
    title: '[TP20] a session belongs to the transport that started it',
    async run(pair) {
      const { leftTwin, ice } = pair.environment;
      const twin = new Recorder('twin', leftTwin, ice);
      const session = await pair.open();
      twin.signal(session, { kind: 'offer', sdp: 'junk' });
      twin.close(session);
      twin.connect(session, 'initiator');
      await twin.until(session, (log) => log.signals.length > 0, 'offer of its own');
      twin.close(session, 'superseded');
      equal(await twin.closed(session), 'superseded', "the twin's session");
      check(!pair.left.ended(session), 'the other room knows nothing of it');
      await pair.hangUp(session);
      twin.checkEnded(session);
      pair.left.checkEnded(session);
    },
  },
];

export const transportScenarios: readonly Scenario[] = [...lifeScenarios, ...frameScenarios];

/** Runs one scenario in an environment of its own, then checks what holds after every one: TP2 and TP16. */
export async function runScenario(scenario: Scenario, pair: Pair): Promise<void> {
  try {
    await scenario.run(pair);
    equal([...pair.left.violations, ...pair.right.violations], [], 'TP2: handlers called from inside a call');
  } finally {
    for (const side of [pair.left, pair.right]) side.endAll();
  }
  const deadline = performance.now() + 5000;
  while ((await pair.environment.alive()) > 0) {
    check(performance.now() < deadline, 'TP16: everything is released after closing');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
