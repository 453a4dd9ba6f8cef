/** FileHandles over a map of files, for tests and peers without a browser: a handle is the path it stands for. */
import { ShoalError } from '../../base/errors';
import type { FileHandles, SourceFile } from '../../ports';

export interface MemoryDisk {
  /** By path inside the share. Read at each use, so a test may change, move or delete files. */
  readonly files: ReadonlyMap<string, SourceFile>;
  /** Whether handles may be read without asking. */
  readonly readable: boolean;
}

export const createMemoryFileHandles = (
  disk: MemoryDisk = { files: new Map<string, SourceFile>(), readable: true },
): FileHandles => ({
  allowed: () => Promise.resolve(disk.readable),
  open: (handles, paths) =>
    Promise.all(
      paths.map((path) => {
        const led = handles.some((kept) => path === kept.path || path.startsWith(`${kept.path}/`));
        const file = led ? disk.files.get(path) : undefined;
        return file
          ? Promise.resolve(file)
          : Promise.reject(new ShoalError('file-unreadable', 'NotFoundError'));
      }),
    ),
});
