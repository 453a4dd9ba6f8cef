'use client';
/** A sentence with an element in it, as a name in <bdi>: the element stands where the language puts its {placeholder}. */
import { Fragment, type ReactElement } from 'react';
import { useWords } from '../_hooks/use-words';
import type { MessageId, Values } from '../_text/words';

interface SentenceProps {
  readonly id: MessageId;
  readonly values?: Values;
  readonly elements: Readonly<Record<string, ReactElement>>;
}

/** Private use characters: no catalog has them, and values with elements are ours. */
const markAt = (index: number): string => String.fromCodePoint(0xe000 + index);
const marks = /([\ue000-\ue0ff])/;

export function Sentence({ id, values = {}, elements }: SentenceProps) {
  const { t } = useWords();
  const names = Object.keys(elements);
  const marked = Object.fromEntries(names.map((name, index) => [name, markAt(index)]));
  return t(id, { ...values, ...marked })
    .split(marks)
    .map((part, index) => (
      <Fragment key={index}>
        {marks.test(part) ? elements[names[(part.codePointAt(0) ?? 0) - 0xe000] ?? ''] : part}
      </Fragment>
    ));
}
