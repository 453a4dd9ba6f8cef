'use client';
/** Over a long list: one box for all or for what is found, the search, the order, and opening and closing all folders. */
import {
  ArrowDownNarrowWide,
  ArrowDownWideNarrow,
  ChevronsDownUp,
  ChevronsUpDown,
  Search,
  X,
} from 'lucide-react';
import { useId, useRef } from 'react';
import type { ListModel, ListView } from '../_files/list-model';
import { startsDescending, type SortKey } from '../_files/order';
import type { Standing } from '../_files/standing';
import { useCalm } from '../_hooks/use-calm';
import { useWords } from '../_hooks/use-words';
import { formatCount } from '../_text/format';
import { CheckAll } from './check-all';
import styles from './file-browser.module.css';

const sortLabels = {
  name: 'files.sort-name',
  size: 'files.sort-size',
  type: 'files.sort-type',
  date: 'files.sort-date',
  state: 'files.sort-state',
} as const satisfies Record<SortKey, string>;

/** A screen reader is told how many were found when typing pauses, not at each letter. */
const spokenMs = 1000;

interface FileToolbarProps {
  readonly model: ListModel;
  readonly view: ListView;
  readonly standing: Standing;
  /** Whether files differ in state at all. */
  readonly byState: boolean;
  readonly onPickShown: (on: boolean) => void;
}

export function FileToolbar({ model, view, standing, byState, onPickShown }: FileToolbarProps) {
  const { t } = useWords();
  const { tree, found, foundCount, rows, open } = view;
  const folders = tree ? tree.folders.length - 1 : 0;
  const ticked = standing.choosable ? standing.ticked(found) : 0;
  const shown = found ? foundCount : (tree?.files.length ?? 0);
  const total = formatCount(tree?.files.length ?? 0);
  const said = found ? t('files.found', { count: foundCount, total }) : '';
  const spoken = useCalm(said, spokenMs);
  const allOpen = open.size >= folders;
  return (
    <div className={styles.bar}>
      <SearchField
        query={view.query}
        count={found ? `${formatCount(foundCount)} / ${total}` : ''}
        onQuery={(query) => model.search(query)}
      />
      <p className="hidden" role="status">
        {spoken}
      </p>
      <div className={styles.controls}>
        {standing.choosable && rows.length > 0 ? (
          <CheckAll ticked={ticked === 0 ? 'none' : ticked === shown ? 'all' : 'some'} onTick={onPickShown}>
            {found ? t('files.all-found', { count: foundCount }) : t('files.all')}
          </CheckAll>
        ) : null}
        <span className={styles.gap} />
        <Order model={model} view={view} byState={byState} />
        {folders > 0 && !found ? (
          <button
            type="button"
            className={`button small ${styles.icon ?? ''}`}
            aria-label={t(allOpen ? 'files.close-all' : 'files.open-all')}
            title={t(allOpen ? 'files.close-all' : 'files.open-all')}
            onClick={() => model.setOpen(tree?.folders.slice(1).map(({ id }) => id) ?? [], !allOpen)}
          >
            {allOpen ? (
              <ChevronsDownUp size={17} aria-hidden="true" />
            ) : (
              <ChevronsUpDown size={17} aria-hidden="true" />
            )}
          </button>
        ) : null}
      </div>
    </div>
  );
}

interface SearchFieldProps {
  readonly query: string;
  /** How many were found, of how many; it stands in the field, so that the list below keeps its place. */
  readonly count: string;
  readonly onQuery: (query: string) => void;
}

function SearchField({ query, count, onQuery }: SearchFieldProps) {
  const { t } = useWords();
  const input = useRef<HTMLInputElement>(null);
  return (
    <div className={styles.search}>
      <Search size={17} aria-hidden="true" className={styles.glass} />
      <input
        ref={input}
        type="search"
        value={query}
        placeholder={t('files.search')}
        aria-label={t('files.search')}
        autoComplete="off"
        spellCheck={false}
        data-testid="file-search"
        onChange={({ target }) => onQuery(target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape' || query === '') return;
          event.preventDefault();
          onQuery('');
        }}
      />
      {count === '' ? null : (
        <span aria-hidden="true" className={styles.found}>
          <bdi dir="ltr">{count}</bdi>
        </span>
      )}
      {query === '' ? null : (
        <button
          type="button"
          className={styles.clear}
          aria-label={t('files.search-clear')}
          onClick={() => {
            onQuery('');
            input.current?.focus();
          }}
        >
          <X size={17} aria-hidden="true" />
        </button>
      )}
    </div>
  );
}

interface OrderProps {
  readonly model: ListModel;
  readonly view: ListView;
  readonly byState: boolean;
}

function Order({ model, view: { sorting }, byState }: OrderProps) {
  const { t } = useWords();
  const id = useId();
  const keys = (Object.keys(sortLabels) as SortKey[]).filter((key) => key !== 'state' || byState);
  const Icon = sorting.descending ? ArrowDownWideNarrow : ArrowDownNarrowWide;
  return (
    <div className={styles.order}>
      <label htmlFor={id} className={styles.orderLabel}>
        {t('files.sort-by')}
      </label>
      <select
        id={id}
        className={styles.select}
        value={sorting.key}
        data-testid="file-sort"
        onChange={({ target }) => {
          const key = keys.find((one) => one === target.value) ?? 'name';
          model.sort({ key, descending: startsDescending[key] });
        }}
      >
        {keys.map((key) => (
          <option key={key} value={key}>
            {t(sortLabels[key])}
          </option>
        ))}
      </select>
      <button
        type="button"
        className={`button small ${styles.icon ?? ''}`}
        aria-label={t('files.descending')}
        aria-pressed={sorting.descending}
        title={t('files.descending')}
        onClick={() => model.sortBy(sorting.key)}
      >
        <Icon size={17} aria-hidden="true" />
      </button>
    </div>
  );
}
