/**
 * What page and worker say to each other about connections, and the two ways it travels: over a port (the worker gets the channels
 * themselves) or as calls in one thread (where channels cannot be transferred). The page owns connections, the other end owns sessions;
 * a link is a number the other end chose, so that equal session ids in two rooms cannot meet. Both ends drop messages about links they
 * no longer know, which settles every race between an ending here and an ending there.
 */
import type { CloseReason } from '../../base/errors';
import type { Bytes, IceConfig, LinkPath, SignalPayload } from '../../ports';
import type { LinkRole } from '../signal-rules';

/** From where the channels are used to the page. */
export type ToPage =
  | {
      readonly type: 'connect';
      readonly link: number;
      readonly role: LinkRole;
      readonly ice: IceConfig;
      /** A link of its own, or a further connection of one, with a number of its own, for blocks only. */
      readonly carries: 'link' | 'blocks';
    }
  | { readonly type: 'signal'; readonly link: number; readonly payload: SignalPayload }
  /** Its channels are open: the connect clock stops, the path is looked up. */
  | { readonly type: 'opened'; readonly link: number }
  /** Let the connection go. Answered with 'closed', unless that was said already. */
  | { readonly type: 'end'; readonly link: number };

/** From the page to where the channels are used. */
export type FromPage =
  /** In the task that made them: first of all messages of a link, before any event of theirs. */
  | {
      readonly type: 'channels';
      readonly link: number;
      readonly control: RTCDataChannel;
      readonly blocks: RTCDataChannel;
      readonly stripes: RTCDataChannel;
    }
  /** The same for a connection that carries blocks only. */
  | { readonly type: 'lane'; readonly link: number; readonly blocks: RTCDataChannel }
  | { readonly type: 'signal'; readonly link: number; readonly payload: SignalPayload }
  /** Both descriptions are set. */
  | {
      readonly type: 'described';
      readonly link: number;
      readonly binding: Bytes;
      readonly maxFrameBytes: number;
    }
  /** `rttMs`: the last round trip ICE measured; 0 when it told none. */
  | {
      readonly type: 'path';
      readonly link: number;
      readonly path: LinkPath;
      readonly near: boolean;
      readonly rttMs: number;
    }
  /** The connection is over. Said once of every link, and last. 'gone' before it opened means it never will. */
  | { readonly type: 'closed'; readonly link: number; readonly reason: CloseReason };

/** One end of the line: posts one way, hears the other. Messages arrive in order, each in a later task or microtask. */
export interface Courier<Out, In> {
  /** Throws DataCloneError when something in `transfer` cannot be transferred; then nothing was sent. */
  post(message: Out, transfer?: Transferable[]): void;
  /** Set once; what came before is delivered then. */
  listen(handler: (message: In) => void): void;
}
/** The page's end: what createPeerConnections takes. */
export type PageCourier = Courier<FromPage, ToPage>;
/** The end that uses the channels: what createTransportHub takes. */
export type ChannelCourier = Courier<ToPage, FromPage>;

/** A MessagePort or a dedicated Worker, as far as it is used here. */
export interface MessageLine {
  postMessage(message: unknown, transfer: Transferable[]): void;
  addEventListener(type: 'message', listener: (event: MessageEvent) => void): void;
  /** A MessagePort holds its messages back until then. */
  start?(): void;
}

/** A courier over a line that carries nothing else. The other side is our own code: messages are not checked. */
export function createPortCourier<Out, In>(line: MessageLine): Courier<Out, In> {
  return {
    post(message, transfer = []) {
      line.postMessage(message, transfer);
    },
    listen(handler) {
      line.addEventListener('message', (event) => {
        handler(event.data as In);
      });
      line.start?.();
    },
  };
}

/** Both ends in one thread. Delivery is a microtask: same task, so no channel event is lost, and no caller is called back into. */
export function createDirectCouriers(): { readonly page: PageCourier; readonly channels: ChannelCourier } {
  const toPage = mailbox<ToPage>();
  const fromPage = mailbox<FromPage>();
  return {
    page: { post: fromPage.post, listen: toPage.listen },
    channels: { post: toPage.post, listen: fromPage.listen },
  };
}

function mailbox<Message>() {
  const waiting: Message[] = [];
  let handler: ((message: Message) => void) | undefined;
  const deliver = (): void => {
    while (handler !== undefined) {
      const message = waiting.shift();
      if (message === undefined) return;
      handler(message);
    }
  };
  const post = (message: Message): void => {
    waiting.push(message);
    queueMicrotask(deliver);
  };
  const listen = (listener: (message: Message) => void): void => {
    handler = listener;
    queueMicrotask(deliver);
  };
  return { post, listen };
}

/**
 * A data channel to try on a worker: whether one can be moved there (Chrome 130, Firefox 144, Safari 15) no flag tells, and Firefox refuses a
 * port that stays in the page. Page only. `close` leaves nothing open. Throws where no connection can be made.
 */
export function throwawayChannel(): { readonly channel: RTCDataChannel; readonly close: () => void } {
  const connection = new RTCPeerConnection({ iceServers: [] });
  return {
    channel: connection.createDataChannel('probe', { negotiated: true, id: 16 }),
    close: () => connection.close(),
  };
}
