/** What stands in the pages as scripts of their own and runs before the first paint. The server puts their hashes into its policy. */
export const themeKey = 'shoal-theme';

/** Sets the chosen colour scheme (_hooks/theme.ts). */
export const earlyTheme = `try{let t=localStorage.getItem('${themeKey}');if(t=='light'||t=='dark')document.documentElement.dataset.theme=t}catch{}`;

/** On /r: a link without its key is told at once (_components/opening-page.tsx), not when the page has come alive. */
export const earlyLink = `if(!location.hash)document.documentElement.dataset.link='cut'`;

export const sharesKey = 'shoal-shares';

/** On /: who keeps shares finds the page in the shape it has with them (_hooks/shares-awaited.ts). */
export const earlyShares = `try{if(localStorage.getItem('${sharesKey}'))document.documentElement.dataset.shares='awaited'}catch{}`;
