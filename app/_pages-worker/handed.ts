/**
 * Files another app hands over by the system's share sheet (`share_target`): the browser POSTs them to handedPath, this worker answers before
 * any of it would leave the device, and sends the page to a fragment that names them. They wait here, by reference and not copied, until the
 * page asks. Decides how long; whether they become a share is the page's and the person's (app/_hooks/launched.ts). PROTOCOL.md UI126.
 */
import { handedFields, handedFragment, type Handed } from './messages';

export interface HandedOver {
  /** Answers the POST; `over` settles when what it brought was fetched or is given up, and the worker may end. */
  take(request: Request): { readonly answer: Promise<Response>; readonly over: Promise<void> };
  /** What waits under this id, once. */
  give(id: string): Handed | null;
}

/** Guess: from the POST to a page that asks, on a slow phone. Browsers end a worker after about five minutes anyway. */
const patienceMs = 120_000;

export function createHandedOver(
  later: (run: () => void, ms: number) => unknown = (run, ms) => setTimeout(run, ms),
): HandedOver {
  const waiting = new Map<string, { readonly handed: Handed; readonly done: () => void }>();

  const read = async (request: Request, done: () => void): Promise<Response> => {
    try {
      const handed = handedOf(await request.formData());
      if (handed.files.length === 0 && handed.text === '') throw new Error('nothing');
      const id = crypto.randomUUID();
      waiting.set(id, { handed, done });
      later(() => {
        waiting.delete(id);
        done();
      }, patienceMs);
      return sendTo(id);
    } catch {
      done();
      return sendTo('none'); // the page says what to do
    }
  };

  return {
    take(request) {
      let done = (): void => undefined;
      const over = new Promise<void>((resolve) => (done = resolve));
      return { answer: read(request, done), over };
    },

    give(id) {
      const found = waiting.get(id);
      waiting.delete(id);
      found?.done();
      return found?.handed ?? null;
    },
  };
}

const sendTo = (id: string): Response =>
  new Response(null, { status: 303, headers: { Location: `/${handedFragment}${id}` } });

function handedOf(form: FormData): Handed {
  // A form's field for files in which there are none is sent as one without a name.
  const files = form
    .getAll(handedFields.files)
    .filter((value) => value instanceof File)
    .filter(({ name, size }) => name !== '' || size > 0);
  const lines = [handedFields.title, handedFields.text, handedFields.url].map((field) => {
    const value = form.get(field);
    return typeof value === 'string' ? value.trim() : '';
  });
  // Apps that share a link put it into text, url or both.
  return { files, text: [...new Set(lines.filter((line) => line !== ''))].join('\n') };
}
