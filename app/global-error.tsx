'use client';
/** As error.tsx, for a fault in the layout itself. The framework's own would bring inline styles. */
import RenderError from './error';
import './globals.css';

export default function GlobalError() {
  return (
    <html lang="en">
      <body>
        <RenderError />
      </body>
    </html>
  );
}
