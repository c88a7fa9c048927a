/** When a stream that would last for ever should end. */
export interface StreamEnd {
  readonly signal: AbortSignal;
  /** To be called when the stream is over: nothing of it is kept for the time that it could have lasted. */
  release(): void;
}

/** Aborts when the server is closing, or after so many milliseconds. */
export function streamEnd(closing: AbortSignal, milliseconds: number): StreamEnd {
  const end = new AbortController();
  const tell = (): void => end.abort();
  if (closing.aborted) tell();
  const timer = setTimeout(tell, milliseconds).unref();
  closing.addEventListener('abort', tell);
  return {
    signal: end.signal,
    release() {
      clearTimeout(timer);
      closing.removeEventListener('abort', tell);
    },
  };
}
