/** The page's words in a component: `const { t } = useWords()`. Renders again when the language changes; English on the server and at first. */
import { useSyncExternalStore } from 'react';
import { englishWords, onWords, wordsNow, type Words } from '../_text/words';

export const useWords = (): Words => useSyncExternalStore(onWords, wordsNow, () => englishWords);
