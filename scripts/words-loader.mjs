// Loader for the pages' build: a catalog of ICU messages (app/_text/messages/<language>/<area>.json) becomes the compiled form, so that no
// message parser is shipped. In tests @lingui/core compiles by itself.
import { compileMessage } from '@lingui/message-utils/compileMessage';

/** @param {string} source @returns {string} */
export default function compileCatalog(source) {
  const messages = Object.entries(JSON.parse(source));
  const compiled = Object.fromEntries(messages.map(([id, message]) => [id, compileMessage(message)]));
  return `export default JSON.parse(${JSON.stringify(JSON.stringify(compiled))});`;
}
