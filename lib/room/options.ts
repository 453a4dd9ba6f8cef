/** What the sender decides about a room, over its driver: kept in the record, read from it, changed by command. PROTOCOL.md OP. */
import { ShoalError } from '../base/errors';
import type { Driver } from '../driver/driver';
import type { OptionsChange, PickedFile } from './api';
import type { RoomRecord, RoomSources } from './controller';

/** Who counts remembers each peer: enough for a crowd, small in a record (guess). */
export const maxDownloads = 1_000;

/** Before the driver starts. */
export function restoreOptions(driver: Driver, record: RoomRecord): void {
  if (record.ending) driver.endings.restore(record.ending);
  driver.downloads.restore(record.downloadLimit ?? null, record.downloaders ?? []);
}

/** 'room-ended' once it is over. */
export async function applyOptions(
  driver: Driver,
  change: OptionsChange,
  keepLimit: (limit: number | null) => Promise<void>,
): Promise<void> {
  if (driver.endings.over) throw new ShoalError('room-ended');
  const { endsAt, downloads, over } = change;
  if (downloads !== undefined) {
    const limit = downloads === null ? null : Math.min(Math.max(1, Math.floor(downloads)), maxDownloads);
    await keepLimit(limit);
    driver.downloads.setLimit(limit);
  }
  const ends = driver.endings.ending?.endsAt ?? null;
  if (over) await driver.endings.set({ over: 'closed', endsAt: null });
  else if (endsAt !== undefined && endsAt !== ends) await driver.endings.set({ over: null, endsAt });
}

/** 'passphrase-late' where files of its shares are not at hand, or others have put some in. */
export function sourcesOf(driver: Driver): RoomSources {
  if (driver.shares.size === 0) throw new ShoalError('passphrase-late', 'no files');
  const shares = [...driver.shares.values()].map(({ own, catalog, sources, handles }) => {
    if (!own || !catalog || !sources) throw new ShoalError('passphrase-late', 'files');
    const files = catalog.files.map(({ path }, i): PickedFile => ({ path, file: sources[i] as File }));
    return { files, handles };
  });
  return {
    shares,
    othersMayAdd: driver.catalogs.othersMayAdd,
    endsAt: driver.endings.ending?.endsAt ?? null,
    downloads: driver.downloads.limit,
  };
}
