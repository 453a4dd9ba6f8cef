/** Says whether what was transferred here arrived as a data channel. Started and ended by canTransferDataChannels (courier.ts). */
export interface ProbeAnswer {
  readonly arrived: boolean;
}

const answer = (arrived: boolean): void => {
  postMessage({ arrived } satisfies ProbeAnswer);
};
addEventListener('message', (event: MessageEvent<unknown>) => {
  answer(typeof RTCDataChannel !== 'undefined' && event.data instanceof RTCDataChannel);
});
addEventListener('messageerror', () => {
  answer(false);
});
