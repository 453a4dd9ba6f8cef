'use client';
/**
 * "/shares": every room this browser keeps, sent and received, with what can be done to it. Holds only what is looked for and what is about to
 * be deleted; the rooms are the engine's. Search and filter come when there are many.
 */
import { useState } from 'react';
import type { RoomSnapshot, StoredRoom } from '../../lib/index';
import { command } from '../_hooks/engine';
import { isListed, type Filter } from '../_hooks/shares';
import { usePage } from '../_hooks/use-shoal';
import { useWords } from '../_hooks/use-words';
import { ConfirmDelete } from './confirm-delete';
import { InstallPanel } from './install-panel';
import { KeepPanel } from './keep-panel';
import { ShareItem } from './share-item';
import styles from './shares.module.css';

const none: readonly StoredRoom[] = [];
const noRooms: readonly RoomSnapshot[] = [];
/** Guess: more do not fit a screen. */
const many = 6;
const filters: readonly Filter[] = ['all', 'sent', 'received'];

export function SharesView() {
  const { t } = useWords();
  const phase = usePage(({ engine }) => engine?.phase ?? 'starting');
  const library = usePage(({ engine }) => engine?.library ?? none);
  const rooms = usePage(({ engine }) => engine?.rooms ?? noRooms);
  const [filter, setFilter] = useState<Filter>('all');
  const [search, setSearch] = useState('');
  const [deleting, setDeleting] = useState<StoredRoom | null>(null);
  const found = library.filter((stored) => isListed(stored, filter, search));
  return (
    <div className={styles.page}>
      <h1>{t('library.title')}</h1>
      <div className={styles.list}>
        {library.length > many || search !== '' || filter !== 'all' ? (
          <Tools
            filter={filter}
            onFilter={setFilter}
            search={search}
            onSearch={setSearch}
            found={found.length}
          />
        ) : null}
        {library.length === 0 ? (
          <Empty starting={phase === 'starting'} />
        ) : (
          <ul className={`panel ${styles.items ?? ''}`}>
            {found.map((stored) => (
              <ShareItem
                key={stored.id}
                stored={stored}
                open={rooms.find(({ id }) => id === stored.id)}
                onDelete={setDeleting}
              />
            ))}
            {found.length === 0 ? <li className={styles.nothing}>{t('shares.none-found')}</li> : null}
          </ul>
        )}
      </div>
      <div className={styles.aside}>
        <KeepPanel />
        {/* After what stands above it, which would push it down. */}
        {phase === 'starting' ? null : <InstallPanel />}
      </div>
      {deleting ? (
        <ConfirmDelete
          title={deleting.title}
          bytes={deleting.storedBytes}
          onClose={() => setDeleting(null)}
          onConfirm={() => command((shoal) => shoal.remove(deleting.id))}
        />
      ) : null}
    </div>
  );
}

function Empty({ starting }: { readonly starting: boolean }) {
  const { t } = useWords();
  return starting ? (
    <p className="muted" role="status">
      {t('shares.opening')}
    </p>
  ) : (
    <div className="panel">
      <p>
        <strong>{t('shares.none')}</strong>
      </p>
      <p className="muted">{t('shares.none-text')}</p>
    </div>
  );
}

interface ToolsProps {
  readonly filter: Filter;
  readonly onFilter: (filter: Filter) => void;
  readonly search: string;
  readonly onSearch: (search: string) => void;
  readonly found: number;
}

function Tools({ filter, onFilter, search, onSearch, found }: ToolsProps) {
  const { t } = useWords();
  return (
    <div className={styles.tools}>
      <input
        type="search"
        className={styles.search}
        value={search}
        placeholder={t('shares.search')}
        aria-label={t('shares.search')}
        onChange={({ target }) => onSearch(target.value)}
      />
      <fieldset className={styles.filter}>
        <legend className="hidden">{t('shares.show')}</legend>
        {filters.map((one) => (
          <label key={one}>
            <input type="radio" name="filter" checked={filter === one} onChange={() => onFilter(one)} />
            <span>{t(`shares.filter-${one}`)}</span>
          </label>
        ))}
      </fieldset>
      <p className="hidden" role="status">
        {search === '' ? '' : found === 0 ? t('shares.none-found') : t('shares.found', { count: found })}
      </p>
    </div>
  );
}
