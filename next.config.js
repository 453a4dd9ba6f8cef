import { fileURLToPath } from 'node:url';

const build = process.env.SHOAL_BUILD ?? '';

/** @type {import('next').NextConfig} */
export default {
  output: 'export',
  reactStrictMode: true,
  poweredByHeader: false,
  // By scripts/build.mjs, from the sources: equal sources are one build, on however many servers. Development has none.
  ...(build ? { generateBuildId: () => build } : {}),
  env: { SHOAL_BUILD: build },
  // scripts/build.mjs leaves types to `npm run check`: once is enough, and `npm start` should take as little as it can.
  typescript: { ignoreBuildErrors: process.env.SHOAL_SKIP_TYPE_CHECK === '1' },
  turbopack: {
    root: fileURLToPath(new URL('.', import.meta.url)),
    rules: {
      '**/_text/messages/*/*.json': {
        loaders: [fileURLToPath(new URL('scripts/words-loader.mjs', import.meta.url))],
        as: '*.js',
      },
    },
  },
};
