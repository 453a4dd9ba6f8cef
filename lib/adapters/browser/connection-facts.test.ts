import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toHex } from '../../base/bytes';
import { bindingOf, fingerprintOf, frameLimit, pathOf } from './connection-facts';
import { peerConnectionDefaults } from './peer-connection';

const digits = Array.from({ length: 32 }, (_, i) => (i * 7).toString(16).padStart(2, '0').toUpperCase());
const line = `a=fingerprint:sha-256 ${digits.join(':')}`;
const data = 'm=application 9 UDP/DTLS/SCTP webrtc-datachannel';
const sdp = (...lines: string[]): string => ['v=0', ...lines, ''].join('\r\n');

describe('connection facts', () => {
  it('[TP3] reads the one fingerprint, wherever it stands and however it is written', () => {
    const plain = fingerprintOf(sdp(data, line));
    expect(plain && toHex(plain)).toBe(digits.join('').toLowerCase());
    expect(fingerprintOf(sdp(line, data))).toEqual(plain);
    expect(fingerprintOf(sdp(data, line.toLowerCase()))).toEqual(plain);
    expect(fingerprintOf(sdp(line, data, line))).toEqual(plain);
    expect(fingerprintOf(sdp(data, line).replaceAll('\r\n', '\n'))).toEqual(plain);
  });

  it('[TP13] refuses descriptions that bind nothing or want more than data', () => {
    const other = line.replace('07', 'FF');
    const bad = [
      sdp(data),
      sdp(line),
      sdp(data, line, other),
      sdp(data, line.replace('sha-256', 'sha-1')),
      sdp(data, line.slice(0, -3)),
      sdp(data, line + ':00'),
      sdp(data, line + ' x'),
      sdp('m=audio 9 UDP/TLS/RTP/SAVPF 111', line),
      sdp(data, line, 'm=video 9 UDP/TLS/RTP/SAVPF 96'),
      sdp(data, data, line),
      '',
    ];
    for (const text of bad) expect(fingerprintOf(text)).toBeUndefined();
  });

  it('[TP13] never throws, whatever the text', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.string(), fc.constantFrom(line, data, 'a=fingerprint:', 'm=', '\r')), {
          maxLength: 8,
        }),
        (lines) => {
          const found = fingerprintOf(lines.join('\r\n'));
          expect(found === undefined || found.length === 32).toBe(true);
        },
      ),
    );
  });

  it('[TP3] the binding depends on both fingerprints and their order', async () => {
    const [a, b] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)];
    // printf 'shoal binding 1' followed by 32 bytes 01 and 32 bytes 02, hashed with sha256sum
    expect(toHex(await bindingOf(a, b))).toBe(
      '6d50b3fdbc5c1a6ebcab3e1aeae9c8b0468a107a27c0930dec506d3a2e00cc0f',
    );
    expect(toHex(await bindingOf(b, a))).not.toBe(
      '6d50b3fdbc5c1a6ebcab3e1aeae9c8b0468a107a27c0930dec506d3a2e00cc0f',
    );
  });

  it('[TP17] the frame limit is the peer’s, within 16 and 256 KiB, and 64 KiB when unknown', () => {
    const { frame } = peerConnectionDefaults;
    const KiB = 1024;
    expect(frameLimit(262_144, frame)).toBe(256 * KiB);
    expect(frameLimit(1024 * 1024 * KiB, frame)).toBe(256 * KiB);
    expect(frameLimit(Infinity, frame)).toBe(256 * KiB);
    expect(frameLimit(0, frame)).toBe(256 * KiB);
    expect(frameLimit(100_000, frame)).toBe(100_000);
    expect(frameLimit(10, frame)).toBe(16 * KiB);
    expect(frameLimit(null, frame)).toBe(64 * KiB);
    expect(frameLimit(NaN, frame)).toBe(64 * KiB);
  });

  it('[TP18] a link is relayed when either end of the selected pair is', () => {
    const report = (local: string, remote: string, pair: object, transport?: object) =>
      new Map<string, unknown>([
        ['p', { type: 'candidate-pair', localCandidateId: 'l', remoteCandidateId: 'r', ...pair }],
        ['q', { type: 'candidate-pair', localCandidateId: 'x', remoteCandidateId: 'x', state: 'waiting' }],
        ['l', { type: 'local-candidate', candidateType: local }],
        ['r', { type: 'remote-candidate', candidateType: remote }],
        ['x', { type: 'local-candidate', candidateType: 'relay' }],
        ...(transport ? [['t', { type: 'transport', ...transport }] as const] : []),
      ]);
    const chosen = { selectedCandidatePairId: 'p' };
    expect(pathOf(report('host', 'srflx', {}, chosen)).path).toBe('direct');
    expect(pathOf(report('relay', 'host', {}, chosen)).path).toBe('relayed');
    expect(pathOf(report('prflx', 'relay', {}, chosen)).path).toBe('relayed');
    expect(pathOf(report('host', 'host', { selected: true })).path).toBe('direct');
    expect(pathOf(report('host', 'relay', { nominated: true, state: 'succeeded' })).path).toBe('relayed');
    expect(pathOf(report('host', 'host', {})).path).toBe('unknown');
    expect(pathOf(new Map([['t', null]])).path).toBe('unknown');
    expect(pathOf(report('host', 'host', { currentRoundTripTime: 0.05 }, chosen)).rttMs).toBe(50);
    expect(pathOf(report('host', 'host', { currentRoundTripTime: 'soon' }, chosen)).rttMs).toBe(0);
    expect(pathOf(new Map([['t', null]])).rttMs).toBe(0);
  });

  it('[UI100] a link is near when two host candidates are joined and neither has a public address', () => {
    const near = (local: object, remote: object): boolean =>
      pathOf(
        new Map<string, unknown>([
          ['t', { type: 'transport', selectedCandidatePairId: 'p' }],
          ['p', { type: 'candidate-pair', localCandidateId: 'l', remoteCandidateId: 'r' }],
          ['l', { type: 'local-candidate', ...local }],
          ['r', { type: 'remote-candidate', ...remote }],
        ]),
      ).near;
    const host = (address?: unknown) => ({ candidateType: 'host', address });
    expect(near(host(), host())).toBe(true);
    expect(near(host(''), host('1f4712db-ea17-4bcf-a596-105139dfd8bf.local'))).toBe(true);
    for (const address of [
      '192.168.1.7',
      '10.0.0.2',
      '172.20.1.1',
      '127.0.0.1',
      'fe80::1',
      'fd12:3456::1',
      '::1',
    ])
      expect(near(host(address), host(address)), address).toBe(true);
    for (const address of ['2001:db8::7', '203.0.113.9', '172.32.0.1', '11.0.0.1', 'local.example'])
      expect(near(host('192.168.1.7'), host(address)), address).toBe(false);
    expect(near(host(), { candidateType: 'srflx' })).toBe(false);
    expect(near({ candidateType: 'prflx' }, host())).toBe(false);
    expect(near({ candidateType: 'relay' }, host())).toBe(false);
    expect(near(host(), {})).toBe(false);
    expect(pathOf(new Map()).near).toBe(false);
  });
});
