/** For tests: what lies in a real folder of the origin's own file system, and folders that fail where and as they are told. */

/** Every file below `folder` as path and bytes, folders without files left out. */
export async function contents(
  folder: FileSystemDirectoryHandle,
  prefix = '',
): Promise<Map<string, Uint8Array>> {
  const found = new Map<string, Uint8Array>();
  for await (const handle of folder.values()) {
    if (handle.kind === 'file') {
      const file = await handle.getFile();
      found.set(prefix + handle.name, new Uint8Array(await file.arrayBuffer()));
    } else {
      const inner = await contents(handle, `${prefix}${handle.name}/`);
      for (const [path, bytes] of inner) found.set(path, bytes);
    }
  }
  return found;
}

export interface Fault {
  readonly at: 'values' | 'getFileHandle' | 'getDirectoryHandle' | 'createWritable' | 'write' | 'close';
  /** Name of the DOMException, or TypeError. */
  readonly error: string;
  /** Only where something is to be made. */
  readonly create?: boolean;
  /** Only for these names. */
  readonly names?: RegExp;
}

const thrown = (name: string): Error =>
  name === 'TypeError' ? new TypeError('refused') : new DOMException('refused', name);

/** `folder`, real in all but the fault: everything reached through it has the same one. */
export const failing = (folder: FileSystemDirectoryHandle, fault: Fault): FileSystemDirectoryHandle =>
  new Proxy(folder, {
    get(target, property) {
      const fails = (name: string, options?: { create?: boolean }): boolean =>
        fault.at === property &&
        (!fault.create || options?.create === true) &&
        (!fault.names || fault.names.test(name));
      switch (property) {
        case 'values':
          return () => {
            if (fault.at === 'values') throw thrown(fault.error);
            return target.values();
          };
        case 'getFileHandle':
          return async (name: string, options?: FileSystemGetFileOptions) => {
            if (fails(name, options)) throw thrown(fault.error);
            return failingFile(await target.getFileHandle(name, options), fault);
          };
        case 'getDirectoryHandle':
          return async (name: string, options?: FileSystemGetDirectoryOptions) => {
            if (fails(name, options)) throw thrown(fault.error);
            return failing(await target.getDirectoryHandle(name, options), fault);
          };
        default:
          return bound(target, property);
      }
    },
  });

export const failingFile = (file: FileSystemFileHandle, fault: Fault): FileSystemFileHandle =>
  new Proxy(file, {
    get(target, property) {
      if (property !== 'createWritable') return bound(target, property);
      return async () => {
        if (fault.at === 'createWritable') throw thrown(fault.error);
        const writable = await target.createWritable();
        return new Proxy(writable, {
          get(stream, method) {
            // A stream that fails is aborted by itself, as the platform does it.
            if (method === fault.at)
              return async () => {
                const error = thrown(fault.error);
                await stream.abort(error);
                throw error;
              };
            return bound(stream, method);
          },
        });
      };
    },
  });

function bound(target: object, property: string | symbol): unknown {
  const value: unknown = Reflect.get(target, property, target);
  return typeof value === 'function' ? (value.bind(target) as unknown) : value;
}
