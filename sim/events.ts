/** What the events of a world are; an event's index is a node's, but for `flow`. */
import { flowEvent } from './network';

export const event = {
  flow: flowEvent,
  wake: 2,
  message: 3,
  blocks: 4,
  verified: 5,
  settled: 6,
  input: 7,
  join: 8,
  start: 9,
  leave: 10,
  offered: 11,
  open: 12,
  dialEnds: 13,
  linkBreaks: 14,
  handout: 15,
  announce: 16,
  split: 17,
  heal: 18,
  sample: 19,
} as const;
