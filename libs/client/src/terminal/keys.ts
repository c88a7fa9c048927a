/** A key by its name, or the character that it types. */
export type Key = string;

const NAMED: Readonly<Record<string, Key>> = {
  '\r': 'enter',
  '\b': 'backspace',
  '\x7f': 'backspace',
  '\x03': 'ctrl-c',
  '\x1b': 'escape',
};

// oxlint-disable-next-line no-control-regex -- terminals send escape sequences
const KEY = /\x1b\[[0-9;]*[A-Za-z~]|\x1bO.|[^]/gu;

/**
 * The keys in a piece of what a terminal in raw mode sends: names for Enter, Backspace, Escape and Ctrl-C, characters for what
 * types one. Other control characters and sequences (a line feed, arrows) are left out, so that keys can be piped line by line.
 */
export function readKeys(text: string): Key[] {
  return [...text.matchAll(KEY)].flatMap(([key]) => {
    const name = NAMED[key];
    if (name !== undefined) return [name];
    return key >= ' ' && !key.startsWith('\x1b') ? [key] : [];
  });
}
