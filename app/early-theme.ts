/** Sets the chosen colour scheme (_hooks/theme.ts) before the first paint. Stands in the page as a script of its own, whose hash the server puts into its policy. */
export const themeKey = 'shoal-theme';

export const earlyTheme = `try{let t=localStorage.getItem('${themeKey}');if(t=='light'||t=='dark')document.documentElement.dataset.theme=t}catch{}`;
