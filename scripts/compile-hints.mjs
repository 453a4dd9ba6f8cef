// Tells the browser to compile the scripts of the first load whole, on a thread of its own while they come in, instead of function by
// function on the page's thread when they run: https://v8.dev/blog/explicit-compile-hints. To browsers that do not know it, it is a comment.
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export const compileHint = '//# allFunctionsCalledOnLoad\n';

/** Of one page: the scripts it loads by itself. Not the one for browsers without modules. @param {string} html */
export const firstScripts = (html) =>
  [...html.matchAll(/<script src="\/(_next\/static\/[^"?]+\.js)"[^>]* async=""/g)].map(
    ([, path = '']) => path,
  );

/** Idempotent. @param {string} out folder of the export */
export async function writeCompileHints(out) {
  const pages = (await readdir(out)).filter((name) => name.endsWith('.html'));
  const texts = await Promise.all(pages.map((name) => readFile(join(out, name), 'utf8')));
  for (const path of new Set(texts.flatMap(firstScripts))) {
    const script = await readFile(join(out, path), 'utf8');
    if (!script.startsWith(compileHint)) await writeFile(join(out, path), compileHint + script);
  }
}
