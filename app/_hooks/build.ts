/** The name of the build this page is of, as scripts/build.mjs gives it. Empty in development, where files have no hashes in their names. */
export const build = process.env.SHOAL_BUILD ?? '';
