/**
 * Which files of a room a person wants. Pure. Files whose transfer was started stay chosen; the rest can be ticked and unticked until
 * Download is pressed. A share nobody chose from yet starts with everything ticked: taking all is the common wish.
 */
import type { FileEntry, RoomChoice, ShareId, ShareSnapshot } from '../../lib/index';

export type Picked = 'all' | ReadonlySet<number>;
/** What the person ticked, where that differs from the start; absent: as at the start. */
export type Picks = ReadonlyMap<ShareId, Picked>;
export type FileLists = ReadonlyMap<ShareId, readonly FileEntry[]>;

type Share = Pick<ShareSnapshot, 'id' | 'publisher' | 'chosen' | 'fileCount' | 'totalBytes'>;

/** Started already: cannot be unticked. */
export const isStarted = (share: Share, index: number): boolean =>
  share.chosen === 'all' || (share.chosen?.includes(index) ?? false);

export const pickedOf = (share: Share, picks: Picks): Picked =>
  picks.get(share.id) ?? pickedAtFirst(share.chosen);

/** Before the person ticked anything: all, or what was started. */
export const pickedAtFirst = (chosen: Share['chosen']): Picked =>
  chosen === null || chosen === 'all' ? 'all' : new Set(chosen);

export function toggleFile(share: Share, picks: Picks, index: number): Picks {
  const current = pickedOf(share, picks);
  const next = new Set(current === 'all' ? Array(share.fileCount ?? 0).keys() : current);
  if (next.has(index)) next.delete(index);
  else next.add(index);
  return new Map(picks).set(share.id, next.size === share.fileCount ? 'all' : next);
}

/** Ticks these files, or unticks those of them that were not started. */
export function pickFiles(share: Share, picks: Picks, files: Iterable<number>, on: boolean): Picks {
  const current = pickedOf(share, picks);
  const next = new Set(current === 'all' ? Array(share.fileCount ?? 0).keys() : current);
  const started = new Set(share.chosen === 'all' ? [] : share.chosen);
  for (const index of files)
    if (on) next.add(index);
    else if (!started.has(index)) next.delete(index);
  return new Map(picks).set(share.id, next.size === share.fileCount ? 'all' : next);
}

/** Ticks all files, or unticks all that were not started. */
export const toggleAll = (share: Share, picks: Picks, on: boolean): Picks =>
  new Map(picks).set(share.id, on ? 'all' : new Set(share.chosen === 'all' ? [] : share.chosen));

export interface Wish {
  /** For Shoal.download: what was started already and what is new, per share with anything new. */
  readonly choices: readonly RoomChoice[];
  /** New files and their bytes, for the button's label. */
  readonly files: number;
  readonly bytes: number;
  /** All that could be wanted is. */
  readonly everything: boolean;
}

/** What pressing Download would start. Own shares are here already and never asked for. */
export function wishOf(shares: readonly Share[], picks: Picks, lists: FileLists): Wish {
  const choices: RoomChoice[] = [];
  let files = 0;
  let bytes = 0;
  let everything = true;
  for (const share of shares) {
    if (share.publisher === 'self' || share.fileCount === null || share.chosen === 'all') continue;
    const picked = pickedOf(share, picks);
    if (picked === 'all' && share.chosen === null) {
      choices.push({ share: share.id, files: 'all' });
      files += share.fileCount;
      bytes += share.totalBytes;
      continue;
    }
    if (picked !== 'all') everything = false;
    const fresh = freshOf(share, picked, lists.get(share.id) ?? []);
    if (fresh.files === 0) continue;
    files += fresh.files;
    bytes += fresh.bytes;
    choices.push({ share: share.id, files: picked === 'all' ? 'all' : fresh.wanted });
  }
  return { choices, files, bytes, everything };
}

interface Fresh {
  /** Ticked and started, in order. */
  readonly wanted: readonly number[];
  /** Not started yet, and their bytes. */
  readonly files: number;
  readonly bytes: number;
}

/** Asked with every snapshot, and one share may have 100,000 boxes: what was worked out for the same ones is kept with them. */
const worked = new WeakMap<
  object,
  { readonly chosen: unknown; readonly list: unknown; readonly fresh: Fresh }
>();

function freshOf(
  { chosen, fileCount }: Pick<Share, 'chosen' | 'fileCount'>,
  picked: Picked,
  list: readonly FileEntry[],
): Fresh {
  const known = picked === 'all' ? undefined : worked.get(picked);
  if (known && known.chosen === chosen && known.list === list) return known.fresh;
  const started = new Set(chosen === 'all' ? [] : chosen);
  const wanted = picked === 'all' ? [...Array(fileCount ?? 0).keys()] : [...picked].sort((a, b) => a - b);
  const fresh = wanted.filter((index) => !started.has(index));
  const made = {
    wanted,
    files: fresh.length,
    bytes: fresh.reduce((sum, index) => sum + (list[index]?.bytes ?? 0), 0),
  };
  if (picked !== 'all') worked.set(picked, { chosen, list, fresh: made });
  return made;
}

/** The file, when exactly one was started; undefined too while its list is not here. */
export function onlyStarted(
  shares: readonly Pick<ShareSnapshot, 'id' | 'publisher' | 'chosen' | 'fileCount'>[],
  lists: FileLists,
): FileEntry | undefined {
  const started = startedChoices(shares).flatMap(({ share, files }) => {
    const list = lists.get(share) ?? [];
    const count = shares.find(({ id }) => id === share)?.fileCount ?? 0;
    return files === 'all' ? [...Array(count).keys()].map((i) => list[i]) : files.map((i) => list[i]);
  });
  return started.length === 1 ? started[0] : undefined;
}

/** Everything that was started, for saving: the shares' own word, not the checkboxes'. */
export const startedChoices = (
  shares: readonly Pick<ShareSnapshot, 'id' | 'publisher' | 'chosen'>[],
): RoomChoice[] =>
  shares.flatMap(({ id, publisher, chosen }) =>
    publisher === 'self' || chosen === null || chosen.length === 0 ? [] : [{ share: id, files: chosen }],
  );

/** Everything of a room that is whole in this browser's storage: what was fetched, and one's own unless it is only where it was chosen. */
export const storedChoices = (
  shares: readonly Pick<
    ShareSnapshot,
    | 'id'
    | 'publisher'
    | 'chosen'
    | 'chunksHave'
    | 'chunksTotal'
    | 'preparedBytes'
    | 'fromFile'
    | 'filesNeeded'
  >[],
): RoomChoice[] => [
  ...shares.flatMap((share): RoomChoice[] =>
    share.publisher === 'self' &&
    share.preparedBytes === null &&
    !share.fromFile &&
    !share.filesNeeded &&
    share.chunksHave === share.chunksTotal
      ? [{ share: share.id, files: 'all' }]
      : [],
  ),
  ...startedChoices(shares),
];
