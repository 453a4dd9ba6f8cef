/**
 * Structural sharing of plain data: what did not change keeps its identity, so React skips it and "nothing changed" is one comparison.
 * Needed because snapshots are built afresh and structured clones (worker, BroadcastChannel) are new objects all the way down.
 * For plain objects, arrays and primitives; anything else counts as equal only when it is the same.
 */
export function reuse<Value>(previous: unknown, next: Value): Value {
  if (Object.is(previous, next)) return next;
  if (Array.isArray(next)) return reuseArray(previous, next) as Value;
  if (isPlain(next) && isPlain(previous)) return reuseObject(previous, next) as Value;
  return next;
}

type Plain = Readonly<Record<string, unknown>>;

function isPlain(value: unknown): value is Plain {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function reuseArray(previous: unknown, next: readonly unknown[]): unknown {
  if (!Array.isArray(previous)) return next;
  const before: readonly unknown[] = previous;
  let same = before.length === next.length;
  const merged = next.map((value, i) => {
    const kept = reuse(before[i], value);
    if (!Object.is(kept, before[i])) same = false;
    return kept;
  });
  return same ? before : merged;
}

function reuseObject(previous: Plain, next: Plain): Plain {
  const names = Object.keys(next);
  let same = names.length === Object.keys(previous).length;
  // Own properties only, and defined rather than assigned: a key may be named __proto__.
  const merged = Object.fromEntries(
    names.map((name) => {
      const before = Object.hasOwn(previous, name) ? previous[name] : undefined;
      const kept = reuse(before, next[name]);
      if (!Object.hasOwn(previous, name) || !Object.is(kept, before)) same = false;
      return [name, kept];
    }),
  );
  return same ? previous : merged;
}
