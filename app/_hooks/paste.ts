/** What is pasted: files as they are, a link of this server opened, other text as a file of its own. */
import { collectFiles, textFile } from './collect';
import { fail } from './engine';
import { linkToHere, openPasted } from './manager';
import { takeFiles } from './take-files';

/** Answers false where there is nothing in it. */
export function takePasted(files: readonly File[], text: string): boolean {
  if (files.length === 0 && text.trim() === '') return false;
  const link = files.length === 0 ? linkToHere(text) : null;
  if (link !== null) openPasted(link);
  else void takeFiles((progress) => collectFiles(files.length > 0 ? files : [textFile(text)], progress));
  return true;
}

/** By a button, inside its click: the browser may ask the person first. What keeps it from being read is told. */
export async function pasteFromClipboard(): Promise<void> {
  try {
    const items = await navigator.clipboard.read();
    const found = await Promise.all(items.map(contentOf));
    const files = found.filter((content) => content instanceof File);
    const texts = found.filter((content) => typeof content === 'string');
    if (takePasted(files, texts.join('\n'))) return;
  } catch {
    // Refused by the browser or the person.
  }
  fail({ code: 'paste-refused' });
}

/** A picture rather than its address, which browsers put beside it. */
async function contentOf(item: ClipboardItem): Promise<File | string | null> {
  const type = item.types.find((each) => each.startsWith('image/'));
  if (type !== undefined) {
    const [, kind = 'png'] = /^image\/([a-z]+)/.exec(type) ?? [];
    return new File([await item.getType(type)], `pasted picture.${kind}`, { type });
  }
  return item.types.includes('text/plain') ? (await item.getType('text/plain')).text() : null;
}
