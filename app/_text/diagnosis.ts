/**
 * What finding out why nothing connects says: a name for each check, and for each finding the cause and the next step, as a helpful friend
 * would put it. Total by type: a new Finding does not compile before it has its words here.
 */
import type { Check, CheckId, Finding, Summary } from '../../lib/index';
import { formatBytes } from './format';
import type { StateText } from './states';

export const checkTitles: Record<CheckId, string> = {
  secure: 'This address',
  browser: 'This browser',
  server: 'The server',
  join: 'A live connection to the server',
  stun: 'Finding your address from outside (STUN)',
  turn: 'The relay (TURN)',
  loopback: 'Connections between browsers',
  storage: 'Storage in this browser',
};

const needs = (what: string): string => `Not tested: it needs ${what}.`;

export const findingTexts: Record<Finding, string> = {
  pending: 'Not tested yet.',
  'secure-ok': 'It is secure.',
  'secure-not':
    'Browsers allow encryption only at secure addresses. Open the same page with https:// in front.',
  'browser-ok': 'It has everything Shoal needs.',
  'browser-no-webrtc':
    'Direct connections (WebRTC) are switched off here. An extension for privacy may do that, or a setting of this browser: allow WebRTC for this page, or open it in another browser.',
  'browser-no-storage':
    'It lets this page store nothing. Leave private browsing, or allow site data for this page, then reload.',
  'browser-too-old':
    'It is too old, or something Shoal needs is switched off. Update it, or open the page in a current Chrome, Edge, Firefox or Safari.',
  'browser-no-service-worker':
    'Connecting works, but large files cannot be saved, as in some private windows. Open the page in a normal window for those.',
  'server-ok': 'It answers.',
  'server-offline': 'This device has no network. Switch Wi-Fi or mobile data on; Shoal goes on by itself.',
  'server-silent':
    'It does not answer. If other pages open, the server is away: try again in a few minutes, or tell whoever runs it. If none opens, it is your network.',
  'server-stopping': 'It is restarting. Wait a minute; Shoal goes on by itself.',
  'server-odd':
    'Something else answers in its place, as a hotel’s or train’s Wi-Fi does before you log in. Open any other page, log in there, then come back.',
  'join-ok': 'It takes part.',
  'join-blocked':
    'The page loads, but its live connection (WebSocket) does not come through. A VPN, a virus scanner or a company network often blocks it: switch that off for a moment, or try mobile data.',
  'join-refused':
    'The server is full or busy and takes nobody right now. Try again in a few minutes; if that does not help, tell whoever runs it.',
  'join-silent': 'Nobody answered. See what is said about the server above.',
  'stun-ok': 'It works: others can learn where to reach you.',
  'stun-no-nat': 'It works, and nothing stands between you and the network.',
  'stun-by-turn': 'The relay does this too.',
  'stun-unset':
    'This server has none. In one network that is enough; across the internet many pairs will not find each other.',
  'stun-silent':
    'No answer. A firewall or VPN probably blocks UDP: switch the VPN off, or try another network, such as a phone’s hotspot.',
  'turn-ok': 'It works: where no direct way exists, data goes through it, still encrypted.',
  'turn-unset':
    'This server has none. People behind strict networks cannot reach each other then: try the same Wi-Fi, or a phone’s hotspot. Whoever runs the server can add one.',
  'turn-silent':
    'No answer. A firewall probably blocks the way to it, or it is away: try another network, such as a phone’s hotspot, and tell whoever runs the server.',
  'turn-refused':
    'It turned this page away. Reload and try again; if that does not help, its password on the server is probably wrong: tell whoever runs it.',
  'loopback-ok': 'They work here.',
  'loopback-hidden':
    'This browser gives no address to connect to. An extension that blocks WebRTC, a VPN’s browser extension or a company rule does that: switch it off for this page, or use another browser.',
  'loopback-failed':
    'Even this page does not reach itself. A firewall or virus scanner on this device blocks the browser: allow it there, then try again.',
  'storage-ok': 'It keeps what it gets.',
  'storage-low': 'There is little space left. Delete old shares, or free space on the disk.',
  'storage-refused':
    'The browser does not let this page store anything. Leave private browsing, or allow site data for this page, then reload.',
  'storage-silent':
    'It does not answer. Close other tabs of Shoal and reload; if that does not help, restart the browser.',
  'needs-secure': needs('a secure address'),
  'needs-browser': needs('what this browser lacks'),
  'needs-join': needs('the live connection to the server'),
  stopped: 'Stopped before it was tested.',
  broken: 'The test itself failed. That is a fault of ours: copy the diagnostics and send them to us.',
};

const causeTitles: Record<CheckId, string> = {
  secure: 'This address is not secure',
  browser: 'It is this browser',
  server: 'It is the server, or the way to it',
  join: 'The server cannot be talked to',
  stun: 'The network blocks finding others',
  turn: 'The relay cannot be used',
  loopback: 'This device blocks connections',
  storage: 'It connects, but storage is a problem',
};

export function summaryText(summary: Summary): StateText {
  switch (summary.kind) {
    case 'running':
      return { title: 'Looking for the cause…', text: 'This takes fifteen seconds at most.' };
    case 'fine':
      return {
        title: 'Everything works here',
        text: 'If someone still does not connect, the cause is probably on their side: ask them to run this test too.',
      };
    case 'no-relay':
      return {
        title: 'Everything on your side works',
        text: 'But this server has no relay, so two strict networks cannot reach each other. If someone does not connect, join the same Wi-Fi, or try a phone’s hotspot.',
      };
    case 'stopped':
      return { title: 'Stopped', text: 'Not everything was tested.' };
    case 'cause':
      return { title: causeTitles[summary.check], text: findingTexts[summary.finding] };
  }
}

/** How much storage there is, where the browser tells. */
export function checkText({ finding, facts }: Check): string {
  const { usedBytes, quotaBytes } = facts;
  if (
    (finding === 'storage-ok' || finding === 'storage-low') &&
    typeof usedBytes === 'number' &&
    typeof quotaBytes === 'number'
  )
    return `${findingTexts[finding]} Free: about ${formatBytes(Math.max(0, quotaBytes - usedBytes))}.`;
  return findingTexts[finding];
}

export const stateWords: Record<Check['state'], string> = {
  waiting: 'Waiting',
  running: 'Testing',
  fine: 'Fine',
  bad: 'Not fine',
  unset: 'Not configured',
  skipped: 'Not tested',
};

export const diagnosisWords = {
  title: 'Does it connect?',
  steps: 'What was tested',
  copy: 'Copy diagnostics',
  again: 'Test again',
  stop: 'Stop',
  close: 'Close',
} as const;
