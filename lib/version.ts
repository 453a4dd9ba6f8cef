/** What diagnostics call this build. A constant, because importing package.json would ship all of it; a test holds the two together. */
export const version = '0.1.0';
