/** What every bench says and hears alike: numbers on the command line, tables for people, figures of three digits. */

/** Ends the command with a sentence. */
export function refuse(why: string): never {
  console.error(why);
  process.exit(1);
}

/** A number above 0 given as `--name`; refuses anything else. */
export function positive(name: string, text: string | undefined): number {
  const value = Number(text);
  if (!(value > 0 && Number.isFinite(value))) refuse(`--${name} must be a number above 0.`);
  return value;
}

/** A whole number above 0 given as `--name`; refuses anything else. */
export function wholeNumber(name: string, text: string | undefined): number {
  const value = positive(name, text);
  if (!Number.isInteger(value)) refuse(`--${name} must be a whole number.`);
  return value;
}

export const round3 = (value: number): number => Math.round(value * 1000) / 1000;

/** Columns as wide as their widest cell; the first to the left, the others to the right. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((_, i) => Math.max(...[head, ...rows].map((row) => row[i]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
      .join('  ')
      .trimEnd();
  return [line(head), widths.map((width) => '-'.repeat(width)).join('  '), ...rows.map(line)].join('\n');
}
