import { styleText } from 'node:util';

/** One line at the bottom of a terminal that says what is going on; elsewhere nothing. */
export class StatusLine {
  readonly #stream: NodeJS.WriteStream;
  #shown = '';

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  show(text: string): void {
    if (!this.#stream.isTTY || text === this.#shown) return;
    this.clear();
    this.#shown = text;
    this.#stream.write(styleText('dim', text.slice(0, (this.#stream.columns ?? 80) - 1), { stream: this.#stream }));
  }

  clear(): void {
    if (this.#shown === '') return;
    this.#shown = '';
    this.#stream.clearLine(0);
    this.#stream.cursorTo(0);
  }
}
