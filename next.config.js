import { fileURLToPath } from 'node:url';

/** @type {import('next').NextConfig} */
export default {
  output: 'export',
  reactStrictMode: true,
  poweredByHeader: false,
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
