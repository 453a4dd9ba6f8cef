/** A bug of ours, never a peer's doing. Nothing catches it to go on: state after it cannot be trusted. */
export class InvariantError extends Error {
  override name = 'InvariantError';
}

/** Throws InvariantError unless `condition` holds. `what` says which assumption broke. */
export function invariant(condition: unknown, what: string): asserts condition {
  if (!condition) throw new InvariantError(what);
}

/** For the `default` of a switch over a closed union: adding a member makes this line a type error. */
export function unreachable(value: never): never {
  throw new InvariantError(`unreachable: ${JSON.stringify(value)}`);
}
