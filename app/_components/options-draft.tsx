'use client';
/** The options for the next link, before anything was dropped: nothing is sent anywhere, they wait in the page. */
import { useRef } from 'react';
import { emptyDraft, endsAtOf, isEmptyDraft, type Draft } from '../_hooks/draft';
import { setDraft } from '../_hooks/options';
import { update } from '../_hooks/store';
import { usePage } from '../_hooks/use-shoal';
import { useWords } from '../_hooks/use-words';
import { optionsSummary } from '../_text/options';
import { Chips } from './options-button';
import { OptionsDialog } from './options-dialog';
import { AddField, DownloadsField, EndsField, Limits } from './options-fields';
import { PassphraseField } from './options-passphrase';

export function OptionsDraft({ onClose }: { readonly onClose: () => void }) {
  const { t } = useWords();
  const draft = usePage((state) => state.draft) ?? emptyDraft;
  const first = useRef<HTMLInputElement>(null);
  const close = (): void => {
    if (isEmptyDraft(draft)) update({ draft: null });
    onClose();
  };
  return (
    <OptionsDialog lead={t('options.lead-draft')} first={first} onClose={close}>
      <PassphraseField
        field={first}
        value={draft.passphrase}
        onChange={(passphrase) => setDraft({ passphrase })}
        hint
      />
      <EndsField endsAt={endsAtOf(draft.end)} onChange={(end) => setDraft({ end })} />
      <DownloadsField limit={draft.downloads} onChange={(downloads) => setDraft({ downloads })} />
      <AddField allowed={draft.othersMayAdd} onChange={(othersMayAdd) => setDraft({ othersMayAdd })} />
      <Limits />
    </OptionsDialog>
  );
}

export function DraftChips({ draft }: { readonly draft: Draft }) {
  const { t } = useWords();
  const { passphrase, end, downloads } = draft;
  const said = optionsSummary({
    passphrase: passphrase !== '',
    endsAt: endsAtOf(end),
    downloads: null,
    over: null,
  });
  if (downloads !== null) said.push(t('options.downloads-some', { count: downloads }));
  return <Chips said={said} />;
}
