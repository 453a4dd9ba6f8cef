/**
 * The whole page takes files: drag and drop anywhere, paste anywhere but in a text field. Answers whether files hover over the page.
 * Drag events count enters and leaves, since moving over a child leaves its parent.
 */
import { useEffect, useState } from 'react';
import { collectEntries, collectFiles, entriesOf, type Progress } from './collect';
import { handlesOf } from './handles';
import { takeFiles, takesFiles } from './take-files';
import { followDrags, isOwnDrag } from './own-drag';
import { takePasted } from './paste';

const holdsFiles = ({ dataTransfer }: DragEvent): boolean =>
  !isOwnDrag() && (dataTransfer?.types.includes('Files') ?? false);

/**
 * Of every move, and of every step onto another element: files let go right then would else be opened by the browser, and the page be gone.
 * Answers whether the page takes them.
 */
function accept(event: DragEvent): boolean {
  if (!holdsFiles(event) || !event.dataTransfer) return false;
  event.preventDefault();
  const takes = takesFiles();
  event.dataTransfer.dropEffect = takes ? 'copy' : 'none';
  return takes;
}

function drop(event: DragEvent): void {
  if (!event.dataTransfer) return;
  // Now or never: the DataTransfer is empty after this handler.
  const { entries, loose } = entriesOf(event.dataTransfer);
  const handles = handlesOf(event.dataTransfer);
  void takeFiles(
    async (progress: Progress) => [
      ...(await collectEntries(entries, progress)),
      ...(await collectFiles(loose)),
    ],
    handles,
  );
}

function paste(event: ClipboardEvent): void {
  const { target, clipboardData } = event;
  if (!clipboardData) return;
  const files = [...clipboardData.files];
  const field =
    target instanceof HTMLElement &&
    target.closest('input:not([type=checkbox]), textarea, [contenteditable]') !== null;
  // A field takes text, and has no use for files.
  if (field && files.length === 0) return;
  if (takePasted(files, clipboardData.getData('text/plain'))) event.preventDefault();
}

export function useIntake(): boolean {
  const [hovering, setHovering] = useState(false);
  useEffect(() => {
    const controller = new AbortController();
    const { signal } = controller;
    followDrags(document, signal);
    let depth = 0;
    const hover = (now: number): void => {
      depth = Math.max(0, now);
      setHovering(depth > 0);
    };
    document.addEventListener(
      'dragenter',
      (event) => {
        if (accept(event)) hover(depth + 1);
      },
      { signal },
    );
    document.addEventListener(
      'dragleave',
      (event) => {
        if (holdsFiles(event)) hover(depth - 1);
      },
      { signal },
    );
    document.addEventListener(
      'dragover',
      (event) => {
        if (!accept(event)) return;
        // They entered before the page listened, and are held still.
        if (depth === 0) hover(1);
      },
      { signal },
    );
    document.addEventListener(
      'drop',
      (event) => {
        if (!holdsFiles(event)) return;
        event.preventDefault(); // or the browser opens the file and the page is gone
        hover(0);
        drop(event);
      },
      { signal },
    );
    document.addEventListener('paste', paste, { signal });
    return () => {
      controller.abort();
    };
  }, []);
  return hovering;
}
