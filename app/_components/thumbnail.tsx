'use client';
/** A small picture of an image file, drawn once it was made; until then, and where none can be made, the sign of its kind. */
import { useEffect, useRef, useState, type ReactNode } from 'react';
import type { FileEntry } from '../../lib/index';
import { maxImageBytes } from '../_files/image-size';
import { paintThumbnail } from '../_files/thumbnail-painter';
import { thumbnailPixels, Thumbnails, type PictureSource } from '../_files/thumbnails';
import { engine } from '../_hooks/engine';
import styles from './files.module.css';

/** One for the page: what it keeps outlives a row that scrolls away. */
const thumbnails = new Thumbnails<ImageBitmap>({ paint: paintThumbnail });

interface ThumbnailProps extends PictureSource {
  readonly file: FileEntry;
  readonly icon: ReactNode;
}

export function Thumbnail({ room, share, file: { index, bytes }, icon }: ThumbnailProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [drawn, setDrawn] = useState(false);
  useEffect(() => {
    if (bytes > maxImageBytes) return undefined;
    return thumbnails.want({
      key: `${room}/${share}/${index}`,
      read: async () => (await engine()).fileBytes(room, share, index, maxImageBytes),
      done: (bitmap) => {
        const context = canvas.current?.getContext('2d');
        if (!bitmap || !context) return;
        context.clearRect(0, 0, thumbnailPixels, thumbnailPixels);
        context.drawImage(bitmap, 0, 0);
        setDrawn(true);
      },
    });
  }, [room, share, index, bytes]);
  return (
    <>
      {drawn ? null : icon}
      <canvas
        ref={canvas}
        width={thumbnailPixels}
        height={thumbnailPixels}
        hidden={!drawn}
        aria-hidden="true"
        className={styles.thumbnail}
        data-testid={drawn ? 'thumbnail' : undefined}
      />
    </>
  );
}
