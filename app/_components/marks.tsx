'use client';
/** Four pictures that two people compare: the same on both screens, or somebody is in between. Each has a word below, for who says them aloud. */
import {
  Anchor,
  Apple,
  Bell,
  Bike,
  Bird,
  Book,
  Cake,
  Camera,
  Car,
  Cat,
  Cloud,
  Coffee,
  Crown,
  Dog,
  Fish,
  Flag,
  Flower,
  Gift,
  Guitar,
  Hammer,
  Heart,
  House,
  Key,
  Leaf,
  Moon,
  Mountain,
  Plane,
  Rabbit,
  Rocket,
  Star,
  Sun,
  Umbrella,
  type LucideIcon,
} from 'lucide-react';
import type { Marks as Numbers } from '../../lib/index';
import { useWords } from '../_hooks/use-words';
import styles from './nearby.module.css';

/** The order is part of the protocol (NB11): entries are never moved. */
const pictures = [
  ['anchor', Anchor],
  ['apple', Apple],
  ['bell', Bell],
  ['bicycle', Bike],
  ['bird', Bird],
  ['book', Book],
  ['cake', Cake],
  ['camera', Camera],
  ['car', Car],
  ['cat', Cat],
  ['cloud', Cloud],
  ['cup', Coffee],
  ['crown', Crown],
  ['dog', Dog],
  ['fish', Fish],
  ['flag', Flag],
  ['flower', Flower],
  ['gift', Gift],
  ['guitar', Guitar],
  ['hammer', Hammer],
  ['heart', Heart],
  ['house', House],
  ['key', Key],
  ['leaf', Leaf],
  ['moon', Moon],
  ['mountain', Mountain],
  ['plane', Plane],
  ['rabbit', Rabbit],
  ['rocket', Rocket],
  ['star', Star],
  ['sun', Sun],
  ['umbrella', Umbrella],
] as const satisfies readonly (readonly [string, LucideIcon])[];

export function Marks({ marks }: { readonly marks: Numbers }) {
  const { t } = useWords();
  return (
    <ul
      className={styles.marks}
      aria-label={t('nearby.pictures')}
      data-testid="marks"
      data-marks={marks.join(' ')}
    >
      {marks.map((mark, place) => {
        const [word, Picture] = pictures[mark] ?? pictures[0];
        return (
          <li key={place}>
            <Picture size={34} aria-hidden="true" />
            <span>{t(`nearby.mark-${word}`)}</span>
          </li>
        );
      })}
    </ul>
  );
}
