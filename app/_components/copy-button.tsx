'use client';
/** Copies a text and says so in its own label. Where the clipboard is refused, `onRefused` may select the text for copying by hand. */
import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
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
  const [copied, setCopied] = useState(0);
  useEffect(() => {
    if (copied === 0) return;
    const timer = setTimeout(() => setCopied(0), shownMs);
    return () => {
      clearTimeout(timer);
    };
  }, [copied]);
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text());
      setCopied((count) => count + 1);
    } catch {
      onRefused?.();
    }
  };
  const Icon = copied > 0 ? Check : Copy;
  return (
    <button type="button" className={className} onClick={() => void copy()}>
      <Icon size={18} aria-hidden="true" />
      <span aria-live="polite">{copied > 0 ? t('room.copied') : label}</span>
    </button>
  );
}
