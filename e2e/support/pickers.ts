/** Pickers that answer with handles of the origin's own file system, what lies there, and writes that fail on demand. */
import type { Peer } from './peer';

const picked = 'picked';

interface Refusal {
  pickerRefusal?: string;
}

/** For every page loaded from now on. */
export async function pickersAnswer({ context }: Peer): Promise<void> {
  await context.addInitScript((picked) => {
    const folder = async () =>
      (await navigator.storage.getDirectory()).getDirectoryHandle(picked, { create: true });
    const page = window as unknown as Record<string, unknown>;
    page.showDirectoryPicker = () =>
      typeof page.pickerRefusal === 'string'
        ? Promise.reject(new DOMException('refused', page.pickerRefusal))
        : folder();
    page.showSaveFilePicker = async ({ suggestedName }: { suggestedName: string }) =>
      (await folder()).getFileHandle(suggestedName, { create: true });
  }, picked);
}

/** The folder picker of this page ends with such a DOMException. */
export const refusePickers = ({ page }: Peer, name: string): Promise<void> =>
  page.evaluate((name) => {
    (window as unknown as Refusal).pickerRefusal = name;
  }, name);

/** SHA-256 of every file in the folder by path; swap files are not listed by the platform. */
export const savedThere = ({ page }: Peer): Promise<Record<string, string>> =>
  page.evaluate(async (name) => {
    const root = await (await navigator.storage.getDirectory()).getDirectoryHandle(name, { create: true });
    const found: Record<string, string> = {};
    const open: [FileSystemDirectoryHandle, string][] = [[root, '']];
    for (let next = open.pop(); next; next = open.pop()) {
      const [folder, prefix] = next;
      for await (const handle of folder.values()) {
        if (handle.kind === 'directory') open.push([handle, `${prefix}${handle.name}/`]);
        else {
          const file = await handle.getFile();
          const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', await file.arrayBuffer()));
          found[prefix + handle.name] = [...hash].map((byte) => byte.toString(16).padStart(2, '0')).join('');
        }
      }
    }
    return found;
  }, picked);

export const putThere = ({ page }: Peer, path: string, text: string): Promise<void> =>
  page.evaluate(
    async ({ picked, path, text }) => {
      let folder = await (await navigator.storage.getDirectory()).getDirectoryHandle(picked);
      const names = path.split('/');
      const name = names.pop() ?? '';
      for (const below of names) folder = await folder.getDirectoryHandle(below);
      const writable = await (await folder.getFileHandle(name, { create: true })).createWritable();
      await writable.write(text);
      await writable.close();
    },
    { picked, path, text },
  );

/** Each write to a file fails with this DOMException, as the platform's own do; null: they work again. Until the page is reloaded. */
export const failWrites = ({ page }: Peer, error: string | null): Promise<void> =>
  page.evaluate((error) => {
    const prototype = FileSystemWritableFileStream.prototype as unknown as Record<string, unknown>;
    const kept = window as unknown as { realWrite?: unknown };
    kept.realWrite ??= prototype.write;
    prototype.write =
      error === null
        ? kept.realWrite
        : async function (this: FileSystemWritableFileStream) {
            const thrown = new DOMException('refused', error);
            await this.abort(thrown);
            throw thrown;
          };
  }, error);

/** Each write to a file takes this long, as on a stick from a drawer. Until the page is reloaded. */
export const slowWrites = ({ page }: Peer, ms: number): Promise<void> =>
  page.evaluate((ms) => {
    type Write = (this: FileSystemWritableFileStream, chunk: FileSystemWriteChunkType) => Promise<void>;
    const prototype = FileSystemWritableFileStream.prototype as { write: Write };
    const { write } = prototype;
    prototype.write = async function (chunk) {
      await new Promise((resolve) => setTimeout(resolve, ms));
      return write.call(this, chunk);
    };
  }, ms);
