/** The frame of every page: language, metadata, global styles. No script or style of anyone else; referrer off, since links are keys. */
import type { Metadata, Viewport } from 'next';
import type { ReactNode } from 'react';
import { earlyTheme } from './early';
import './globals.css';

export const metadata: Metadata = {
  description:
    'Drop files, share a link. Whoever opens it downloads straight from your browser and helps to pass the files on, end-to-end encrypted.',
  applicationName: 'Shoal',
  referrer: 'no-referrer',
  formatDetection: { telephone: false },
};

export const viewport: Viewport = {
  width: 'device-width',
  initialScale: 1,
  colorScheme: 'light dark',
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#f2f6f5' },
    { media: '(prefers-color-scheme: dark)', color: '#0b1314' },
  ],
};

export default function RootLayout({ children }: { readonly children: ReactNode }) {
  return (
    // Attributes: the theme is set before the page comes alive, the language after.
    <html lang="en" suppressHydrationWarning>
      <head>
        <script dangerouslySetInnerHTML={{ __html: earlyTheme }} />
      </head>
      <body>{children}</body>
    </html>
  );
}
