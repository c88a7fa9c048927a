const ENTER = '\x1b[?1049h\x1b[?25l';
const LEAVE = '\x1b[?25h\x1b[?1049l';
const HOME = '\x1b[H';
const TO_LINE_END = '\x1b[K';
const TO_SCREEN_END = '\x1b[J';

/** The terminal's other screen with raw keys, until it is closed: then all is as it was before, however the process ends. */
export class Screen implements Disposable {
  readonly #stdin: NodeJS.ReadStream;
  readonly #stdout: NodeJS.WriteStream;
  readonly #restore = (): void => this.#leave();
  #open = true;

  constructor(stdin: NodeJS.ReadStream, stdout: NodeJS.WriteStream) {
    this.#stdin = stdin;
    this.#stdout = stdout;
    stdin.setRawMode(true);
    stdout.write(ENTER);
    process.once('exit', this.#restore);
  }

  get columns(): number {
    return this.#stdout.columns;
  }

  get rows(): number {
    return this.#stdout.rows;
  }

  /** Shows lines from the top; each has to fit into the width. */
  show(lines: readonly string[]): void {
    const text = lines.slice(0, this.rows).map((line) => `${line}${TO_LINE_END}`);
    this.#stdout.write(`${HOME}${text.join('\r\n')}${TO_SCREEN_END}`);
  }

  [Symbol.dispose](): void {
    process.removeListener('exit', this.#restore);
    this.#leave();
  }

  #leave(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#stdin.setRawMode(false);
    this.#stdout.write(LEAVE);
  }
}
