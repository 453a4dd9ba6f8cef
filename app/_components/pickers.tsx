'use client';
/**
 * "Choose files" and "Choose a folder": real file inputs, hidden from sight but not from keyboards and screen readers, with their labels as
 * buttons. In Chromium a click opens the picker that hands out handles, and the input stands in where that fails. Used to share, to add, and to choose a share's files again.
 */
import { FilePlus, FolderPlus, Images } from 'lucide-react';
import {
  useEffect,
  useEffectEvent,
  useId,
  useRef,
  type ChangeEvent,
  type MouseEvent,
  type ReactNode,
} from 'react';
import type { KeptHandle, PickedFile } from '../../lib/index';
import { collectFiles, type Progress } from '../_hooks/collect';
import { canChooseHandles, chooseHandles } from '../_hooks/handles';

interface PickersProps {
  readonly onPick: (
    collect: (progress: Progress) => Promise<PickedFile[]>,
    handles: readonly KeptHandle[],
  ) => unknown;
  readonly files: string;
  readonly folder: string;
  /** A button for the camera roll, shown where fingers point. */
  readonly photos?: string;
  /** Prefix of the data-testid: '' for the page's own inputs. */
  readonly testPrefix?: string;
  readonly size?: 'big' | 'small' | '';
  readonly primary?: boolean;
  readonly disabled?: boolean;
  /** One more way, in the same row. */
  readonly children?: ReactNode;
}

/** Not in React's types: the attribute is not in the HTML standard, though every desktop browser has it. */
const wholeFolder = { webkitdirectory: '' };

const pictures = 'image/*,video/*';

export function Pickers({
  onPick,
  files,
  folder,
  photos,
  testPrefix = '',
  size = '',
  primary = false,
  disabled = false,
  children,
}: PickersProps) {
  const id = useId();
  const inputs = useRef<HTMLDivElement>(null);
  const refused = useRef(new Set<'files' | 'folder'>());
  const pick = (input: HTMLInputElement): void => {
    // A copy, because clearing the field (so that the same file can be chosen again) empties the list.
    const chosen = [...(input.files ?? [])];
    input.value = '';
    if (chosen.length > 0) void onPick((progress) => collectFiles(chosen, progress), []);
  };
  const pickEarly = useEffectEvent(() => {
    for (const input of inputs.current?.querySelectorAll('input') ?? []) if (input.files?.length) pick(input);
  });
  // The server-rendered fields can be used before this script runs: what was chosen then had no listener. A task later, because the page
  // itself starts in an effect of its parent.
  useEffect(() => {
    const timer = setTimeout(() => {
      pickEarly();
    });
    return () => {
      clearTimeout(timer);
    };
  }, []);
  /** Where the platform hands out handles they are asked for instead: a reload then finds the files again. */
  const onClick = (event: MouseEvent<HTMLInputElement>): void => {
    const input = event.currentTarget;
    const what = input.webkitdirectory ? 'folder' : 'files';
    // Phones open their own picture picker only for an input that asks for pictures.
    if (input.accept !== '' || !canChooseHandles(what) || refused.current.has(what)) return;
    event.preventDefault();
    void chooseHandles(what).then((choosing) => {
      if (choosing === 'cancelled') return;
      if (choosing !== 'unusable') return void onPick(choosing.collect, choosing.handles);
      refused.current.add(what);
      input.click();
    });
  };
  const onChange = (event: ChangeEvent<HTMLInputElement>): void => pick(event.currentTarget);
  const common = { type: 'file', multiple: true, className: 'pick-input', disabled, onChange, onClick };
  return (
    <div ref={inputs} className="row">
      <input {...common} id={`${id}-files`} data-testid={`${testPrefix}file-input`} />
      <label htmlFor={`${id}-files`} className={`button ${size} ${primary ? 'primary' : ''}`}>
        <FilePlus size={20} aria-hidden="true" />
        {files}
      </label>
      {photos === undefined ? null : (
        <>
          <input {...common} accept={pictures} id={`${id}-photos`} data-testid={`${testPrefix}photo-input`} />
          <label htmlFor={`${id}-photos`} className={`button touch-only ${size}`}>
            <Images size={20} aria-hidden="true" />
            {photos}
          </label>
        </>
      )}
      <input {...common} {...wholeFolder} id={`${id}-folder`} data-testid={`${testPrefix}folder-input`} />
      <label htmlFor={`${id}-folder`} className={`button ${size}`}>
        <FolderPlus size={20} aria-hidden="true" />
        {folder}
      </label>
      {children}
    </div>
  );
}
