'use client';
/** "Paste", where fingers point: phones have no key for it, and a picture cannot be pasted into a field. */
import { ClipboardPaste } from 'lucide-react';
import { pasteFromClipboard } from '../_hooks/paste';
import { useWords } from '../_hooks/use-words';

interface PasteButtonProps {
  readonly small?: boolean;
  readonly disabled: boolean;
}

export function PasteButton({ small = false, disabled }: PasteButtonProps) {
  const { t } = useWords();
  return (
    <button
      type="button"
      className={`button touch-only ${small ? 'small' : 'bare'}`}
      disabled={disabled}
      onClick={() => void pasteFromClipboard()}
    >
      <ClipboardPaste size={18} aria-hidden="true" />
      {t('home.paste')}
    </button>
  );
}
