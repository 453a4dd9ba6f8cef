/**
 * What an installed Shoal is to the system: name, icons, what other apps can hand to it. Opened files and shared ones come into a window of
 * their own: navigating one that is open would break off its transfers. Exported as /manifest.webmanifest.
 */
import type { MetadataRoute } from 'next';
import { handedFields, handedPath } from './_pages-worker/messages';

export const dynamic = 'force-static';

/** "Open with" in file managers. Kinds, since "anything" is not one there; endings are what systems go by. */
const openable: Readonly<Record<string, string[]>> = {
  'image/*': ['.jpg', '.jpeg', '.png', '.gif', '.webp', '.avif', '.heic', '.svg', '.tif', '.tiff'],
  'video/*': ['.mp4', '.m4v', '.mov', '.mkv', '.webm', '.avi'],
  'audio/*': ['.mp3', '.m4a', '.flac', '.ogg', '.opus', '.wav'],
  'application/pdf': ['.pdf'],
  'application/zip': ['.zip'],
  'application/octet-stream': [
    '.7z',
    '.rar',
    '.gz',
    '.xz',
    '.zst',
    '.tar',
    '.iso',
    '.dmg',
    '.docx',
    '.xlsx',
    '.pptx',
    '.odt',
  ],
  'text/plain': ['.txt', '.md', '.csv'],
};

export default function manifest(): MetadataRoute.Manifest {
  return {
    id: '/',
    name: 'Shoal',
    short_name: 'Shoal',
    description: 'Send files from browser to browser, end-to-end encrypted.',
    lang: 'en',
    start_url: '/',
    scope: '/',
    display: 'standalone',
    background_color: '#f2f6f5',
    theme_color: '#0f2a2b',
    categories: ['utilities', 'productivity'],
    icons: [
      { src: '/icons/192.png', sizes: '192x192', type: 'image/png', purpose: 'any' },
      { src: '/icons/512.png', sizes: '512x512', type: 'image/png', purpose: 'any' },
      { src: '/icons/maskable-512.png', sizes: '512x512', type: 'image/png', purpose: 'maskable' },
      { src: '/icon.svg', sizes: 'any', type: 'image/svg+xml', purpose: 'any' },
    ],
    shortcuts: [{ name: 'Your shares', url: '/shares' }],
    launch_handler: { client_mode: 'navigate-new' },
    share_target: {
      action: handedPath,
      method: 'POST',
      enctype: 'multipart/form-data',
      params: {
        title: handedFields.title,
        text: handedFields.text,
        url: handedFields.url,
        files: [{ name: handedFields.files, accept: ['*/*'] }],
      },
    },
    file_handlers: [{ action: '/', accept: openable }],
  };
}
