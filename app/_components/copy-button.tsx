'use client';
/** Copies a text and says in its own label whether it did. Where it is refused, `onRefused` may select the text for copying by hand. */
import { Check, Copy, X } from 'lucide-react';
import { useEffect, useState, type MouseEvent } from 'react';
import { copyText } from '../_hooks/copy';
import { useWords } from '../_hooks/use-words';

interface CopyButtonProps {
  readonly text: () => string;
  readonly label: string;
  readonly className?: string;
  readonly onRefused?: () => void;
}

const shownMs = 2500;

export function CopyButton({ text, label, className = 'button', onRefused }: CopyButtonProps) {
  const { t } = useWords();
  /** An object of its own each time, so that a second click is told as long as the first. */
  const [told, setTold] = useState<{ readonly copied: boolean } | null>(null);
  useEffect(() => {
    if (!told) return;
    const timer = setTimeout(() => setTold(null), shownMs);
    return () => {
      clearTimeout(timer);
    };
  }, [told]);
  const copy = async ({ currentTarget: { parentElement } }: MouseEvent): Promise<void> => {
    const copied = await copyText(text(), parentElement ?? document.body);
    setTold({ copied });
    if (!copied) onRefused?.();
  };
  const Icon = told === null ? Copy : told.copied ? Check : X;
  return (
    <button type="button" className={className} onClick={(event) => void copy(event)}>
      <Icon size={18} aria-hidden="true" />
      <span aria-live="polite">
        {told === null ? label : t(told.copied ? 'room.copied' : 'room.copy-failed')}
      </span>
    </button>
  );
}
