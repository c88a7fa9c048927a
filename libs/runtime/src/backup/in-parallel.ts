/** Works through what comes, so many at a time; the first failure ends it. */
export async function inParallel<T>(
  source: AsyncIterable<T> | Iterable<T>,
  workers: number,
  work: (one: T) => Promise<void>,
): Promise<void> {
  async function* each(): AsyncGenerator<T> {
    yield* source;
  }
  const all = each();
  let failed = false;
  const run = async (): Promise<void> => {
    for (let next = await all.next(); !next.done && !failed; next = await all.next()) {
      try {
        await work(next.value);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: workers }, run));
  for (const one of ended) if (one.status === 'rejected') throw one.reason;
}
