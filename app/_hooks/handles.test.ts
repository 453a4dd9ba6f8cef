/** Rules [UI17]: which handles are kept, and what a picked folder becomes. Handles are stand-ins that behave as Chromium's do. */
import { describe, expect, it, vi } from 'vitest';
import { chooseHandles, handlesOf, handlesOfLaunch, isLaunched, keptHandles, walk } from './handles';

type Tree = { readonly [name: string]: Tree | string };

function folderOf(name: string, tree: Tree): FileSystemDirectoryHandle {
  async function* values() {
    for (const [child, inner] of Object.entries(tree)) {
      await Promise.resolve();
      yield typeof inner === 'string' ? fileOf(child, inner) : folderOf(child, inner);
    }
  }
  return { kind: 'directory', name, values } as unknown as FileSystemDirectoryHandle;
}
const fileOf = (name: string, text: string) =>
  ({ kind: 'file', name, getFile: () => Promise.resolve(new File([text], name)) }) as FileSystemFileHandle;
const dropOf = (...items: unknown[]) => ({ items }) as unknown as DataTransfer;

describe('handles', () => {
  it('[UI17] of a drop are one for each file and folder dropped; what has none is left out', async () => {
    const folder = folderOf('trip', { a: 'x' });
    const kept = await handlesOf(
      dropOf(
        { kind: 'file', getAsFileSystemHandle: () => Promise.resolve(folder) },
        { kind: 'file', getAsFileSystemHandle: () => Promise.reject(new Error('gone')) },
        { kind: 'file', getAsFileSystemHandle: () => Promise.resolve(null) },
        { kind: 'file' },
        { kind: 'string' },
      ),
    );
    expect(kept).toEqual([{ path: 'trip', handle: folder }]);
  });

  it('[UI17] of one name would be taken for each other: neither is kept', () => {
    const names = keptHandles([fileOf('a', '1'), fileOf('b', '2'), fileOf('a', '3')]).map(({ path }) => path);
    expect(names).toEqual(['b']);
  });

  it('[UI17] of a picked folder leads to every file below it, by paths as a drop gives them', async () => {
    const many = Object.fromEntries(Array.from({ length: 70 }, (_, i) => [`${i}.txt`, '']));
    let found = 0;
    const files = await walk(folderOf('trip', { 'a.txt': 'a', day: { 'b.txt': 'bb', many } }), (count) => {
      found = count;
    });
    const paths = files.map(({ path }) => path);
    expect(paths).toHaveLength(72);
    expect(found).toBe(72);
    expect(paths).toEqual(expect.arrayContaining(['trip/a.txt', 'trip/day/b.txt', 'trip/day/many/69.txt']));
  });

  it('[UI17] a closed picker is no error, and one that is refused leaves the file field to be used', async () => {
    const picker = vi.fn();
    vi.stubGlobal('showOpenFilePicker', picker);
    picker.mockRejectedValueOnce(new DOMException('closed', 'AbortError'));
    expect(await chooseHandles('files')).toBe('cancelled');
    picker.mockRejectedValueOnce(new DOMException('not here', 'SecurityError'));
    expect(await chooseHandles('files')).toBe('unusable');
    const handle = fileOf('a.txt', 'a');
    picker.mockResolvedValueOnce([handle]);
    const chosen = await chooseHandles('files');
    expect(chosen).toMatchObject({ handles: [{ path: 'a.txt', handle }] });
    vi.unstubAllGlobals();
    expect(await chooseHandles('folder')).toBe('unusable');
  });

  it('[UI127] of a launch become files with their paths, folders walked; a launch without any is none', async () => {
    const handles = [fileOf('a.txt', 'a'), folderOf('trip', { 'b.txt': 'bb' })];
    const found: number[] = [];
    const { collect, handles: kept } = handlesOfLaunch(handles);
    const files = await collect((count) => found.push(count));
    expect(files.map(({ path }) => path)).toEqual(['a.txt', 'trip/b.txt']);
    expect(found.at(-1)).toBe(2);
    expect(kept.map(({ path }) => path)).toEqual(['a.txt', 'trip']);
    expect(isLaunched({ files: handles })).toBe(true);
    expect([{ files: [] }, {}, null, undefined, { files: 'a' }].some(isLaunched)).toBe(false);
  });

  it('[UI181] a second click while a picker is open adds nothing, and the next one gets handles again', async () => {
    let close = (_: readonly FileSystemFileHandle[]): void => undefined;
    let open = false;
    // As Chromium: one picker at a time.
    const picker = (): Promise<readonly FileSystemFileHandle[]> => {
      if (open) return Promise.reject(new DOMException('File picker already active.', 'NotAllowedError'));
      open = true;
      return new Promise((resolve) => {
        close = (chosen) => {
          open = false;
          resolve(chosen);
        };
      });
    };
    vi.stubGlobal('showOpenFilePicker', picker);
    vi.stubGlobal('showDirectoryPicker', picker);
    const first = chooseHandles('files');
    expect(await chooseHandles('files')).toBe('cancelled');
    expect(await chooseHandles('folder')).toBe('cancelled');
    close([fileOf('a.txt', 'x')]);
    expect(await first).toMatchObject({ handles: [{ path: 'a.txt' }] });
    const next = chooseHandles('files');
    close([]);
    expect(await next).toMatchObject({ handles: [] });
    vi.unstubAllGlobals();
  });
});
