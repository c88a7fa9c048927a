/**
 * Colours of a campaign's classes, the same in every view. They keep apart for people who see few colours (after Okabe & Ito 2008,
 * Color Universal Design), and stand out from both themes by 3:1 at least (WCAG 2.2, 1.4.11); names go with them all the same.
 */
const CLASSES = 8;

/** A class's colour for CSS. @param index of the class in the campaign's order; undefined: the answer `unsure` */
export function classColour(index: number | undefined): string {
  return `var(${nameOf(index)})`;
}

/** A class's colour for canvases, as the theme of the moment has it; draw again when the theme changes (useTheme). */
export function drawnClassColour(index: number | undefined): string {
  return drawnColour(nameOf(index));
}

/** A colour of ui/tokens.css for canvases, as the theme of the moment has it. @param token such as `--trace` */
export function drawnColour(token: `--${string}`): string {
  return getComputedStyle(document.documentElement).getPropertyValue(token).trim();
}

function nameOf(index: number | undefined): `--${string}` {
  return index === undefined ? '--unsure' : `--class-${index % CLASSES}`;
}
