/**
 * The further connections of all links of a page, where the channels are used: asked of the page, agreed on with the other side (stripes.ts),
 * and given to their link as lanes once they are open. PROTOCOL TP25–TP27. Decides how the page's supply of them is shared among links. Leaves
 * out when a link wants one (stripe-plan.ts) and what goes over it (lanes.ts).
 */
import type { CloseReason } from '../../base/errors';
import type { IceConfig } from '../../ports';
import type { LinkRole } from '../signal-rules';
import type { ChannelCourier, FromPage } from './courier';
import type { DataLink } from './data-link';
import { Stripes, type StripesConfig } from './stripes';

export interface StripeConnectionsConfig extends StripesConfig {
  /** Of all links of this page. Guess: each costs a megabyte or so, and Chromium ends a tab's supply at 500 (pitfalls 1.18). */
  readonly mostStripes: number;
  /** A link without a block either way for this long has no use for its stripes when another one wants some. */
  readonly idleMs: number;
}

/** The link they belong to. */
export interface StripeOwner {
  readonly role: LinkRole;
  readonly ice: IceConfig;
  readonly dataLink: DataLink | undefined;
  readonly stripes: Stripes | undefined;
  /** It is open and nobody has ended it. */
  readonly isLive: boolean;
  breach(reason: CloseReason): void;
}

interface Stripe {
  /** Its number in the courier's messages. */
  readonly link: number;
  readonly owner: StripeOwner;
  /** Its number among the owner's. */
  readonly number: number;
  blocks: RTCDataChannel | undefined;
  /** What the descriptions say it takes; 0 until they do. */
  maxFrameBytes: number;
  isLane: boolean;
}

export class StripeConnections {
  private readonly stripes = new Map<number, Stripe>();

  constructor(
    private readonly courier: ChannelCourier,
    private readonly config: StripeConnectionsConfig,
    private readonly newLink: () => number,
  ) {}

  get size(): number {
    return this.stripes.size;
  }

  /** Over the channel of an owner's first connection: takes it in the task in which it arrived. */
  agreeOver(owner: StripeOwner, channel: RTCDataChannel): Stripes {
    const host = {
      connect: (number: number, role: LinkRole) => {
        const link = this.newLink();
        this.stripes.set(link, { link, owner, number, blocks: undefined, maxFrameBytes: 0, isLane: false });
        this.courier.post({ type: 'connect', link, role, ice: owner.ice, carries: 'blocks' });
      },
      signal: (number: number, payload: Parameters<Stripes['send']>[1]) => {
        const stripe = this.find(owner, number);
        if (stripe) this.courier.post({ type: 'signal', link: stripe.link, payload });
      },
      end: (number: number) => {
        const stripe = this.find(owner, number);
        if (stripe) this.end(stripe);
      },
      breach: (reason: CloseReason) => {
        owner.breach(reason);
      },
      refused: () => {
        owner.dataLink?.lanesRefused();
      },
      mayTake: () => owner.isLive && this.hasOneLeft(),
    };
    return new Stripes(channel, owner.role, host, this.config);
  }

  /** Answers false when the message is about no stripe. */
  receive(message: FromPage): boolean {
    const stripe = this.stripes.get(message.link);
    if (!stripe) return false;
    switch (message.type) {
      case 'lane':
        this.take(stripe, message.blocks);
        break;
      case 'signal':
        stripe.owner.stripes?.send(stripe.number, message.payload);
        break;
      case 'described':
        stripe.maxFrameBytes = message.maxFrameBytes;
        this.use(stripe);
        break;
      case 'closed':
        this.end(stripe, true);
        if (message.reason === 'protocol') stripe.owner.breach('protocol');
        break;
      case 'path':
      case 'channels':
        break;
    }
    return true;
  }

  /** The owner is over, and all of this with it. */
  release(owner: StripeOwner): void {
    owner.stripes?.release();
    for (const stripe of this.stripes.values()) {
      if (stripe.owner !== owner) continue;
      this.stripes.delete(stripe.link);
      this.courier.post({ type: 'end', link: stripe.link });
      if (!stripe.isLane) stripe.blocks?.close();
    }
  }

  private take(stripe: Stripe, blocks: RTCDataChannel): void {
    stripe.blocks = blocks;
    stripe.owner.dataLink?.hear(blocks);
    blocks.onopen = () => {
      this.use(stripe);
    };
    blocks.onclose = blocks.onerror = () => {
      this.end(stripe);
    };
    this.use(stripe);
  }

  /** Once it is open and takes what the link takes, blocks go over it. */
  private use(stripe: Stripe): void {
    const { blocks, owner, maxFrameBytes } = stripe;
    if (!owner.dataLink || stripe.isLane || blocks?.readyState !== 'open' || maxFrameBytes === 0) return;
    if (maxFrameBytes < owner.dataLink.maxFrameBytes) {
      this.end(stripe);
      return;
    }
    stripe.isLane = true;
    this.courier.post({ type: 'opened', link: stripe.link });
    owner.dataLink.addLane(blocks);
  }

  /** Whether blocks in it were lost is the link's to judge: it may end over this. */
  private end(stripe: Stripe, pageKnows = false): void {
    if (!this.stripes.delete(stripe.link)) return;
    if (!pageKnows) this.courier.post({ type: 'end', link: stripe.link });
    const { owner, blocks, isLane } = stripe;
    if (isLane && blocks) owner.dataLink?.loseLane(blocks);
    else blocks?.close();
    owner.stripes?.ended(stripe.number);
  }

  private find(owner: StripeOwner, number: number): Stripe | undefined {
    for (const stripe of this.stripes.values())
      if (stripe.owner === owner && stripe.number === number) return stripe;
    return undefined;
  }

  /** Where the bound is reached, links that are idle give up theirs. */
  private hasOneLeft(): boolean {
    if (this.stripes.size < this.config.mostStripes) return true;
    const since = performance.now() - this.config.idleMs;
    for (const stripe of [...this.stripes.values()])
      if ((stripe.owner.dataLink?.blockAt ?? -Infinity) < since) this.end(stripe);
    return this.stripes.size < this.config.mostStripes;
  }
}
