/**
 * Every reason a link ends and every error a person can meet, as closed unions.
 * `app/_text` holds one sentence per ShoalErrorCode; the compiler checks that none is missing.
 */

/** Why a link was closed. Travels in `bye` and stands in the log; a peer can cause each of these, so none is an exception. */
export type CloseReason =
  | 'left' // the peer said goodbye
  | 'gone' // the channel closed without a word
  | 'silent' // nothing heard for the heartbeat's patience
  | 'connect-failed' // the connection did not open in time
  | 'superseded' // a newer session with the same peer took its place
  | 'handshake-failed' // the peer did not prove its id
  | 'malformed' // a frame that does not decode
  | 'oversized' // a frame over the limit
  | 'protocol' // a well-formed message that breaks a rule
  | 'bad-chunk' // a chunk whose hash is not the signed one
  | 'bad-segment' // hashes whose signature does not hold
  | 'bad-header' // a share description that does not hold
  | 'broken-promise' // said it had chunks and did not send them
  | 'useless' // neither side has what the other wants, and the place was needed
  | 'too-many-links' // no room for one more
  | 'cooling-off'; // the peer was cut off for cause and must wait

/** What the person must know. Each has one sentence with cause and next step in `app/_text/errors.ts`. */
export type ShoalErrorCode =
  | 'insecure-context'
  | 'browser-unsupported'
  | 'engine-silent' // the worker stopped answering; what is stored is not touched by it
  | 'storage-unavailable'
  | 'storage-blocked' // another tab keeps a database from being opened or deleted
  | 'storage-newer' // written by a newer version
  | 'storage-broken' // the platform cannot open what it keeps
  | 'link-malformed'
  | 'link-cut'
  | 'link-version'
  | 'passphrase-needed' // the link alone does not open the room
  | 'passphrase-wrong'
  | 'passphrase-late' // it cannot be set any more: somebody came, or the files are not at hand
  | 'room-ended'
  | 'room-open-elsewhere'
  | 'room-unknown'
  | 'server-unreachable'
  | 'server-refused'
  | 'server-busy'
  | 'room-full'
  | 'nothing-to-share'
  | 'too-many-files'
  | 'too-many-shares' // the room holds as many as it may
  | 'share-too-large'
  | 'file-unreadable'
  | 'handed-lost' // what another app shared with this one did not arrive
  | 'paste-refused' // nothing to be had from the clipboard
  | 'file-changed'
  | 'files-differ'
  | 'files-needed'
  | 'adding-not-allowed'
  | 'quota-exceeded'
  | 'store-failed'
  | 'publisher-lies'
  | 'chunk-damaged'
  | 'save-failed'
  | 'save-cancelled' // by the person, in a dialog of ours or the browser's: nothing is said
  | 'save-broken-off' // the browser's download ended early
  | 'save-disk-full'
  | 'save-permission'
  | 'save-locked'
  | 'save-folder-gone'
  | 'save-blocked' // the browser's own check of the file
  | 'save-too-large' // no service worker, too much for memory
  | 'nothing-chosen'
  | 'watch-failed'
  | 'internal';

/** An error with a code the app has a sentence for; `detail` is for the log and the diagnostics, never shown raw. */
export class ShoalError extends Error {
  override name = 'ShoalError';
  constructor(
    readonly code: ShoalErrorCode,
    readonly detail = '',
    options?: { cause?: unknown },
  ) {
    super(detail ? `${code}: ${detail}` : code, options);
  }
}
