'use client';
/** What stands before a file's name: a sign for its kind, or a small picture of an image that is here. */
import { File, FileArchive, FileText, Film, Image, Music, type LucideIcon } from 'lucide-react';
import { lazy, Suspense, type ComponentType, type ReactNode } from 'react';
import type { FileEntry } from '../../lib/index';
import type { PictureSource } from '../_files/thumbnails';
import { patiently } from '../_hooks/server-away';
import { kindOf, type Kind } from '../_text/names';
import styles from './files.module.css';

const icons: Record<Kind, LucideIcon> = {
  image: Image,
  video: Film,
  audio: Music,
  text: FileText,
  archive: FileArchive,
  file: File,
};

interface ThumbnailProps extends PictureSource {
  readonly file: FileEntry;
  readonly icon: ReactNode;
}

/** Most lists have no pictures. It has no words, so it is not `later`; and where it does not come the sign does, and all else stays. */
const Thumbnail = lazy<ComponentType<ThumbnailProps>>(() =>
  patiently(() => import('./thumbnail')).then(
    (loaded) => ({ default: loaded.Thumbnail }),
    () => ({ default: ({ icon }) => icon }),
  ),
);

interface FilePictureProps {
  readonly file: FileEntry;
  /** null: the file is not here, so there is nothing to make a picture of. */
  readonly source: PictureSource | null;
}

export function FilePicture({ file, source }: FilePictureProps) {
  const Icon = icons[kindOf(file)];
  const icon = <Icon size={20} aria-hidden="true" className={styles.icon} />;
  return (
    <span className={styles.picture}>
      {source && file.display === 'image' ? (
        <Suspense fallback={icon}>
          <Thumbnail {...source} file={file} icon={icon} />
        </Suspense>
      ) : (
        icon
      )}
    </span>
  );
}
