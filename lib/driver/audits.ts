/** The hashing behind audits: shows that a chunk is held, and checks what others show. PROTOCOL.md CL9. When and whom to ask is the engine's. */
import { concatBytes, equalBytes } from '../base/bytes';
import type { ShareId } from '../base/ids';
import type { Effect } from '../core/types';
import type { Bytes } from '../ports';
import type { DriverContext } from './context';
import type { Links } from './links';
import type { SealedChunks } from './sealed-chunks';

export class Audits {
  constructor(
    private readonly context: DriverContext,
    private readonly memory: SealedChunks,
    private readonly links: Links,
  ) {}

  async answer({ session, share, chunk, nonce }: Extract<Effect, { kind: 'answer-audit' }>): Promise<void> {
    const digest = await this.digest(share, chunk, nonce);
    if (digest) this.links.send(session, { type: 'audited', share, chunk, digest });
  }

  async check({
    session,
    share,
    chunk,
    nonce,
    digest,
  }: Extract<Effect, { kind: 'check-audit' }>): Promise<void> {
    const own = await this.digest(share, chunk, nonce);
    if (!own) return;
    if (equalBytes(own, digest)) this.context.feed({ kind: 'audit-passed', session, share });
    else this.context.ports.log.write('audit-failed', { chunk });
    this.context.changed(true);
  }

  private async digest(share: ShareId, chunk: number, nonce: Uint8Array): Promise<Bytes | undefined> {
    const sealed = await this.memory.get(share, chunk);
    return sealed && this.context.ports.crypto.sha256(concatBytes(nonce, sealed));
  }
}
