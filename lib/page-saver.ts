/** The saver with what it needs, loaded when something is first saved: most visits to a page save nothing. */
import type { SaveTicket } from './content/ticket';
import type { Saver, Stage } from './room/shoal';

export function createPageSaver(): Saver {
  const load = async () => {
    const [{ createSaver }, { createIdbChunkStore, createIdbRecordStore }, { createWebCrypto }] =
      await Promise.all([
        import('./adapters/browser/saver'),
        import('./adapters/browser/idb-stores'),
        import('./adapters/web-crypto'),
      ]);
    return {
      saver: createSaver(createIdbRecordStore()),
      chunks: createIdbChunkStore(),
      crypto: createWebCrypto(),
    };
  };
  let loaded: ReturnType<typeof load> | undefined;
  const parts = (): ReturnType<typeof load> => {
    loaded ??= load();
    loaded.catch(() => {
      loaded = undefined; // offline for a moment: the next try loads again
    });
    return loaded;
  };
  return {
    async save(ticketId: string, name: string) {
      const { saver } = await parts();
      await saver.save(ticketId, name);
    },
    async saveToFolder(ticket: SaveTicket, directory: FileSystemDirectoryHandle) {
      const { saver, chunks, crypto } = await parts();
      await saver.saveToFolder(ticket, chunks, crypto, directory);
    },
  };
}

/** As the saver: loaded when something is first watched. */
export async function openPageStage(ticketId: string, name: string): Promise<Stage> {
  const { openStage } = await import('./adapters/browser/stage');
  return openStage(ticketId, name);
}
