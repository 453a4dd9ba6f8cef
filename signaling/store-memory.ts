/** The tracker's state in this process: tracker.ts and handout.ts behind the TrackerStore interface. Gone when the process ends; peers rejoin. */
import type { Below } from './draw-set';
import { defaultHandoutConfig, handout, type HandoutConfig } from './handout';
import type { TrackerStore } from './store';
import * as tracker from './tracker';

export interface MemoryStoreOptions {
  readonly limits?: tracker.TrackerLimits;
  readonly handout?: HandoutConfig;
  /** Source of chance for handouts. */
  readonly below?: Below;
}

// A handout must be well mixed, not secret: who is named leaks nothing an asker could not have by asking again.
const mathRandom: Below = (bound) => Math.floor(Math.random() * bound);

export function createMemoryStore(options: MemoryStoreOptions = {}): TrackerStore {
  const limits = options.limits ?? tracker.defaultTrackerLimits;
  const config = options.handout ?? defaultHandoutConfig;
  const below = options.below ?? mathRandom;
  const state = tracker.createTracker();
  return {
    join: (request, now) => Promise.resolve(tracker.join(state, limits, request, now)),
    leave: (room, connection) => Promise.resolve(tracker.leave(state, room, connection)),
    announce: (room, connection, shares) =>
      Promise.resolve(tracker.announce(state, room, connection, shares)),
    handout(roomId, connection, linked) {
      const room = state.rooms.get(roomId);
      const asker = tracker.speaker(state, roomId, connection);
      if (!room || asker === undefined) return Promise.resolve(undefined);
      return Promise.resolve({
        peers: handout(room, asker, linked, below, config),
        members: room.members.size,
      });
    },
    route: (room, connection, to) => Promise.resolve(tracker.route(state, room, connection, to)),
    end: (room, proof) => Promise.resolve(tracker.end(state, limits, room, proof)),
    ending: (room) => Promise.resolve(state.ended.get(room)),
    disconnect(connection) {
      tracker.disconnect(state, connection);
      return Promise.resolve();
    },
    counts: () => Promise.resolve({ rooms: state.rooms.size, members: state.members }),
    close: () => Promise.resolve(),
  };
}
