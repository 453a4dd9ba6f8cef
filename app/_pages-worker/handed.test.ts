import { describe, expect, it } from 'vitest';
import { createHandedOver } from './handed';
import { isHanded, isHandedQuestion } from './messages';

const post = (fields: readonly (readonly [string, string | File])[]): Request => {
  const body = new FormData();
  for (const [name, value] of fields) body.append(name, value);
  return new Request('https://shoal.test/share', { method: 'POST', body });
};

const idIn = (response: Response): string => response.headers.get('Location')?.split('=')[1] ?? '';

/** Whether a promise has settled, after everything that is due. */
async function settled(promise: Promise<void>): Promise<boolean> {
  const open = Symbol('open');
  const first = await Promise.race([promise, new Promise((resolve) => setTimeout(resolve, 20, open))]);
  return first !== open;
}

describe('what other apps hand over', () => {
  it('[UI126] waits for the page under an id that only the redirect names, and is given out once', async () => {
    const handed = createHandedOver(() => undefined);
    const files = [new File(['a'], 'a.txt'), new File(['bb'], 'b.txt')];
    const { answer, over } = handed.take(post(files.map((file) => ['files', file] as const)));
    const response = await answer;
    expect(response.status).toBe(303);
    expect(response.headers.get('Location')).toMatch(/^\/#handed=[\w-]{36}$/);
    expect(await settled(over)).toBe(false);
    expect(handed.give('another')).toBeNull();
    const given = handed.give(idIn(response));
    expect(given?.files.map(({ name, size }) => [name, size])).toEqual([
      ['a.txt', 1],
      ['b.txt', 2],
    ]);
    expect(isHanded(given)).toBe(true);
    expect(await settled(over)).toBe(true);
    expect(handed.give(idIn(response))).toBeNull();
  });

  it('[UI126] title, text and address are lines of one text, each once', async () => {
    const handed = createHandedOver(() => undefined);
    const { answer } = handed.take(
      post([
        ['title', 'A page '],
        ['text', 'https://a.test/'],
        ['url', 'https://a.test/'],
      ]),
    );
    expect(handed.give(idIn(await answer))).toEqual({ files: [], text: 'A page\nhttps://a.test/' });
  });

  it('[UI126] a field for files that is empty is no file', async () => {
    const handed = createHandedOver(() => undefined);
    const { answer } = handed.take(
      post([
        ['files', new File([], '')],
        ['text', 'a thought'],
      ]),
    );
    expect(handed.give(idIn(await answer))).toEqual({ files: [], text: 'a thought' });
  });

  it('[UI126] nothing, or what cannot be read, sends the page to say so', async () => {
    const handed = createHandedOver(() => undefined);
    const broken = new Request('https://shoal.test/share', { method: 'POST', body: '{}' });
    for (const request of [post([['text', ' ']]), broken]) {
      const { answer, over } = handed.take(request);
      expect((await answer).headers.get('Location')).toBe('/#handed=none');
      expect(await settled(over)).toBe(true);
    }
  });

  it('[UI126] is given up when no page asks in time', async () => {
    let expire = (): void => undefined;
    const handed = createHandedOver((run) => (expire = run));
    const { answer, over } = handed.take(post([['text', 'late']]));
    const id = idIn(await answer);
    expire();
    expect(await settled(over)).toBe(true);
    expect(handed.give(id)).toBeNull();
  });

  it('[UI126] questions and answers of another shape are none', () => {
    expect([{ kind: 'handed' }, { kind: 'x', id: 'a' }, null, 'handed'].some(isHandedQuestion)).toBe(false);
    expect([{ files: ['a'], text: '' }, { files: [] }, undefined].some(isHanded)).toBe(false);
  });
});
