/** The app's only door to the library: the composition root and the types of what it hands out. */
export type {
  FileEntry,
  PeerSnapshot,
  PickedFile,
  RoomChoice,
  RoomSnapshot,
  RoomState,
  RoomStats,
  ShareSnapshot,
  Shoal,
  ShoalSnapshot,
  StateDetail,
  StoredRoom,
} from './room/api';
export { ShoalError, type ShoalErrorCode } from './base/errors';
export type { PeerId, RoomId, ShareId } from './base/ids';
