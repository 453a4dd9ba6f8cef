'use client';
/** One map of chunks as an image with a sentence: squares (`grid`) or one line. */
import { useEffect, useRef } from 'react';
import { pieceSentence } from '../../_text/swarm';
import { percentOf } from '../../_text/format';
import { useWords } from '../../_hooks/use-words';
import { sumsOf } from './grid';
import { createMapStage, heightOf, type MapFacts, type MapStage } from './map-stage';
import styles from './swarm.module.css';

export function MapCanvas(facts: MapFacts & { readonly testId: string }) {
  const { strip, linked, sender, grid, width, height, motion, testId } = facts;
  const canvas = useRef<HTMLCanvasElement>(null);
  const stage = useRef<MapStage | null>(null);
  useEffect(() => {
    if (!canvas.current) return undefined;
    const made = createMapStage(canvas.current);
    stage.current = made;
    return () => {
      stage.current = null;
      made.close();
    };
  }, []);
  useEffect(() => {
    if (width > 0) stage.current?.show({ strip, linked, sender, grid, width, height, motion });
  }, [strip, linked, sender, grid, width, height, motion]);
  useWords(); // the sentence is in the page's language
  const sums = sumsOf(strip);
  return (
    <canvas
      ref={canvas}
      className={styles.map}
      style={{ width, height: heightOf(facts) }}
      role="img"
      aria-label={pieceSentence({ ...sums, sender })}
      data-testid={testId}
      data-have={percentOf(sums.have, 1)}
    />
  );
}
