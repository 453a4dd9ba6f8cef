/** A word of somebody else, or of another script, whose direction stays its own: U+2068 FIRST STRONG ISOLATE … U+2069 (UAX #9). */
export const isolated = (text: string): string => `\u2068${text}\u2069`;
