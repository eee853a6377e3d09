import { choices } from './choices.js';

const DARK = '(prefers-color-scheme: dark)';
const MEDIA = { system: DARK, light: 'not all', dark: 'all' };
/** @type {Set<CSSMediaRule>} rules whose condition is the system's wish; their text changes with the choice */
const rules = new Set();

/** Shows the page light or dark, by choice or as the system has it. The colours stay in one place, the style sheets. */
export function applyTheme() {
  const theme = choices.get('theme');
  for (const sheet of document.styleSheets) {
    for (const rule of sheet.cssRules) {
      if (rule instanceof CSSMediaRule && rule.media.mediaText === DARK) rules.add(rule);
    }
  }
  for (const rule of rules) rule.media.mediaText = MEDIA[theme];
  document.documentElement.style.colorScheme = theme === 'system' ? '' : theme;
}

applyTheme();
choices.addEventListener('change', applyTheme);
