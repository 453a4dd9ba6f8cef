'use client';
/** One line of pieces for each file. Only the files in sight exist and are asked for, whatever their number. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef } from 'react';
import type { ChunkStrip, FileEntry } from '../../../lib/index';
import { shown, splitPath } from '../../_text/names';
import { useWords } from '../../_hooks/use-words';
import { partText } from '../../_text/swarm';
import { sumsOf } from './grid';
import { MapCanvas } from './map-canvas';
import type { Motion } from './stage';
import styles from './swarm.module.css';

interface FileStripsProps {
  readonly files: readonly FileEntry[];
  /** Indexes of the files that `strips` are of. */
  readonly inSight: readonly number[];
  readonly strips: readonly ChunkStrip[];
  readonly linked: number;
  readonly sender: boolean;
  readonly width: number;
  readonly motion: Motion;
  readonly onSight: (files: readonly number[]) => void;
}

const rowHeight = 46;
const lineHeight = 15;

export function FileStrips({
  files,
  inSight,
  strips,
  linked,
  sender,
  width,
  motion,
  onSight,
}: FileStripsProps) {
  'use no memo'; // the virtualizer is one object whose answers change; memoised, the list would stand still
  const { t } = useWords();
  const box = useRef<HTMLDivElement>(null);
  // eslint-disable-next-line react-hooks/incompatible-library -- see 'use no memo'
  const virtual = useVirtualizer({
    count: files.length,
    getScrollElement: () => box.current,
    estimateSize: () => rowHeight,
    overscan: 2,
  });
  const rows = virtual.getVirtualItems();
  const sight = rows.map(({ index }) => files[index]?.index ?? -1).join(' ');
  useEffect(() => onSight(sight === '' ? [] : sight.split(' ').map(Number)), [sight, onSight]);
  return (
    <>
      <h4 className={styles.each}>{t('swarm.each-file')}</h4>
      <div ref={box} className={styles.files} tabIndex={0} role="region" aria-label={t('swarm.each-file')}>
        <div className={styles.tall} style={{ height: virtual.getTotalSize() }}>
          <ul style={{ transform: `translateY(${rows[0]?.start ?? 0}px)` }}>
            {rows.map(({ index }) => {
              const file = files[index];
              const strip = file && strips[inSight.indexOf(file.index)];
              return file ? (
                <li key={file.index} className={styles.file}>
                  <span className={styles.fileHead}>
                    <bdi title={shown(file.path)}>
                      {shown(splitPath(file.path).name) || t('files.unnamed')}
                    </bdi>
                    <span>{strip ? partText(sumsOf(strip).have) : ''}</span>
                  </span>
                  {strip ? (
                    <MapCanvas
                      strip={strip}
                      linked={linked}
                      sender={sender}
                      grid={null}
                      width={Math.max(0, width - 12)}
                      height={lineHeight}
                      motion={motion}
                      testId="file-map"
                    />
                  ) : null}
                </li>
              ) : null;
            })}
          </ul>
        </div>
      </div>
    </>
  );
}
