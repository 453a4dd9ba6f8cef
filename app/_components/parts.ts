/**
 * The parts of the page that the first view does without: loaded when they are needed, or on the first sign of a person, as the engine is
 * (_hooks/manager.ts), so that the room is there when its link is. A part that the home page shows by itself does not belong here.
 */
import { later } from './later';

export const RoomView = later(async () => (await import('./room-view')).RoomView);
export const NoticeBar = later(async () => (await import('./notice')).NoticeBar);
export const ExistingDialog = later(async () => (await import('./existing-dialog')).ExistingDialog);
export const WrongLink = later(async () => (await import('./problem')).WrongLink);
export const Unsupported = later(async () => (await import('./problem')).Unsupported);
/** Asks for the passphrase of a link. */
export const OptionsLocked = later(async () => (await import('./options-locked')).OptionsLocked);
/** The whole list of what this browser keeps. */
export const SharesView = later(async () => (await import('./shares-view')).SharesView);
/** Asks about what another app handed over. */
export const HandedDialog = later(async () => (await import('./handed-dialog')).HandedDialog);
/** Your shares, on the home page: only who has some needs it. */
export const Library = later(async () => (await import('./library')).Library);

const warmOnSign = [RoomView, NoticeBar, ExistingDialog];
const warm = (): void => {
  for (const part of warmOnSign) part.warm();
};

/** What the page's own address shows first. */
export type First = 'home' | 'room' | 'shares';

/** Effect of the page; a link is being opened on a page of its own, so there the room is needed at once. */
export function warmParts(first: First): () => void {
  if (first === 'room' && location.hash === '') WrongLink.warm();
  else if (first === 'room') warm();
  else if (first === 'shares') SharesView.warm();
  const signs = ['dragenter', 'pointerdown', 'keydown'] as const;
  for (const sign of signs) addEventListener(sign, warm, { once: true, passive: true });
  return () => {
    for (const sign of signs) removeEventListener(sign, warm);
  };
}
