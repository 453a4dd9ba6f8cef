/** The saver with what it needs, loaded when something will be saved: most visits to a page save nothing. */
import { ShoalError } from './base/errors';
import type { RecordStore } from './ports';
import type { ChosenFolders, Saver, Stage } from './room/shoal';

/** What a first save loads. Rejects with 'server-unreachable', as when offline for a moment; the next one loads again. */
function onDemand<Parts>(load: () => Promise<Parts>): () => Promise<Parts> {
  let loaded: Promise<Parts> | undefined;
  return () => {
    loaded ??= load();
    loaded.catch(() => {
      loaded = undefined;
    });
    return loaded.catch((error: unknown) => {
      throw new ShoalError('server-unreachable', 'the code that saves did not load', { cause: error });
    });
  };
}

export function createPageSaver(): Saver {
  const downloads = onDemand(async () => {
    const [{ createSaver }, { createIdbRecordStore }] = await Promise.all([
      import('./adapters/browser/saver'),
      import('./adapters/browser/idb-stores'),
    ]);
    return createSaver(createIdbRecordStore());
  });
  const writers = onDemand(async () => {
    const [{ saveToFolder }, { saveToFile }, { createIdbChunkStore }, { createWebCrypto }] =
      await Promise.all([
        import('./adapters/browser/folder-saver'),
        import('./adapters/browser/file-saver'),
        import('./adapters/browser/idb-stores'),
        import('./adapters/web-crypto'),
      ]);
    return { saveToFolder, saveToFile, reader: { chunks: createIdbChunkStore(), crypto: createWebCrypto() } };
  });
  return {
    async prepare() {
      try {
        await Promise.all([downloads().then((saver) => saver.prepare()), writers()]);
      } catch {
        // Then the save itself tries, and tells.
      }
    },
    async save(ticketId, name) {
      await (await downloads()).save(ticketId, name);
    },
    async follow(ticket) {
      return (await downloads()).follow(ticket);
    },
    async saveToFolder(ticket, directory, options) {
      const { saveToFolder, reader } = await writers();
      await saveToFolder(ticket, reader, directory, options);
    },
    async saveToFile(ticket, file, options) {
      const { saveToFile, reader } = await writers();
      await saveToFile(ticket, reader, file, options);
    },
  };
}

/** In IndexedDB, which keeps handles as they are. */
export function createChosenFolders(): ChosenFolders {
  const records = onDemand(async (): Promise<RecordStore> => {
    const { createIdbRecordStore } = await import('./adapters/browser/idb-stores');
    return createIdbRecordStore();
  });
  return {
    async get(room) {
      return (await (await records()).get('folders', room)) as FileSystemDirectoryHandle | undefined;
    },
    async keep(room, folder) {
      await (await records()).put('folders', [[room, folder]]);
    },
    async forget(room) {
      await (await records()).remove('folders', [room]);
    },
  };
}

/** As the saver: loaded when something is first watched. */
export async function openPageStage(ticketId: string, name: string): Promise<Stage> {
  const { openStage } = await import('./adapters/browser/stage');
  return openStage(ticketId, name);
}
