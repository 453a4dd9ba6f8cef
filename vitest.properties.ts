/**
 * Where properties begin (fast-check). The same place every time, so that what passes here passes anywhere; `npm run fuzz` gives another
 * each round. What that finds becomes a named test before its fix.
 */
import fc from 'fast-check';

fc.configureGlobal({ seed: Number(process.env.FUZZ_SEED ?? 1) });
