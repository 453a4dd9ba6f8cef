/**
 * Trials of WebRTC itself: what ICE gathers with given servers, and whether two connections of this page reach each other. PROTOCOL.md §5 (DG).
 * On bare RTCPeerConnection: nothing is sent to any peer, so there is nothing to negotiate. Leaves out what an outcome means (room/diagnosis).
 */
import type { Gathered, IceConfig, Trials } from '../../ports';

const configOf = ({ servers, policy }: IceConfig): RTCConfiguration => ({
  iceServers: servers.map(({ urls, username, credential }) => ({
    urls,
    ...(username !== undefined && { username }),
    ...(credential !== undefined && { credential }),
  })),
  iceTransportPolicy: policy,
});

/** Rejects when aborted, as the port says; `ended` runs either way. */
function until<Value>(
  signal: AbortSignal,
  run: (resolve: (value: Value) => void, reject: (error: unknown) => void) => void,
  ended: () => void,
): Promise<Value> {
  return new Promise<Value>((resolve, reject) => {
    if (signal.aborted) {
      reject(new DOMException('stopped', 'AbortError'));
      return;
    }
    signal.addEventListener('abort', () => reject(new DOMException('stopped', 'AbortError')), { once: true });
    run(resolve, reject);
  }).finally(ended);
}

export const gather: Trials['gather'] = (ice, awaited, withinMs, signal) => {
  let pc: RTCPeerConnection | undefined;
  let clock: ReturnType<typeof setTimeout> | undefined;
  const count = { host: 0, reflexive: 0, relay: 0 };
  const errors = new Set<number>();
  const found = (complete: boolean): Gathered => ({ ...count, complete, errors: [...errors] });
  return until<Gathered>(
    signal,
    (resolve) => {
      try {
        pc = new RTCPeerConnection(configOf(ice));
      } catch {
        resolve(found(false)); // an address the browser does not take, or no connection left to give
        return;
      }
      const connection = pc;
      clock = setTimeout(() => resolve(found(false)), withinMs);
      connection.createDataChannel('trial');
      connection.onicecandidate = ({ candidate }) => {
        if (candidate === null) {
          resolve(found(true));
          return;
        }
        const type = typeOf(candidate);
        if (type) count[type] += 1;
        if (type === awaited) resolve(found(false));
      };
      connection.onicecandidateerror = ({ errorCode }) => void errors.add(errorCode);
      connection
        .createOffer()
        .then((offer) => connection.setLocalDescription(offer))
        .catch(() => resolve(found(false)));
    },
    () => {
      clearTimeout(clock);
      pc?.close();
    },
  );
};

/** `type` is missing in Safari before 17 and on the empty candidate that ends a generation: the line itself says it (RFC 8839 §5.1). */
function typeOf({ candidate }: RTCIceCandidate): 'host' | 'reflexive' | 'relay' | undefined {
  const type = / typ (host|srflx|relay)\b/.exec(candidate)?.[1];
  return type === 'srflx' ? 'reflexive' : (type as 'host' | 'relay' | undefined);
}

export const loopback: Trials['loopback'] = (withinMs, signal) => {
  const pair: RTCPeerConnection[] = [];
  let clock: ReturnType<typeof setTimeout> | undefined;
  let candidates = 0;
  return until<{ connected: boolean; candidates: number }>(
    signal,
    (resolve) => {
      const end = (connected: boolean): void => resolve({ connected, candidates });
      let first: RTCPeerConnection;
      let second: RTCPeerConnection;
      try {
        pair.push((first = new RTCPeerConnection()), (second = new RTCPeerConnection()));
      } catch {
        end(false);
        return;
      }
      clock = setTimeout(end, withinMs, false);
      let complete = 0;
      const carry = (from: RTCPeerConnection, to: RTCPeerConnection): void => {
        from.onicecandidate = ({ candidate }) => {
          if (candidate === null) {
            complete += 1;
            // Neither side has an address: waiting longer brings none.
            if (complete === 2 && candidates === 0) end(false);
          } else if (candidate.candidate !== '') {
            candidates += 1;
            to.addIceCandidate(candidate).catch(() => undefined); // may come after the end
          }
        };
      };
      carry(first, second);
      carry(second, first);
      const channel = first.createDataChannel('trial');
      channel.onopen = () => channel.send('there?');
      channel.onmessage = () => end(true);
      second.ondatachannel = (event) => {
        event.channel.onmessage = () => event.channel.send('here');
      };
      connect(first, second).catch(() => end(false));
    },
    () => {
      clearTimeout(clock);
      for (const connection of pair) connection.close();
    },
  );
};

async function connect(first: RTCPeerConnection, second: RTCPeerConnection): Promise<void> {
  const offer = await first.createOffer();
  await second.setRemoteDescription(offer);
  await first.setLocalDescription(offer);
  const answer = await second.createAnswer();
  await first.setRemoteDescription(answer);
  await second.setLocalDescription(answer);
}
