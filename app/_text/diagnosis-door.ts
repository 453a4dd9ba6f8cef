/** The words that lead to the diagnosis: apart from its own, which are loaded with it. */
export const diagnosisWords = {
  open: 'Find out why',
  help: 'Trouble connecting?',
} as const;
