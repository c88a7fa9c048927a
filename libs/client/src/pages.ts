/** Every row of a paged list: asks for page after page. */
export async function* allPages<P extends { nextPageToken: string }, T>(
  ask: (pageToken: string) => Promise<P>,
  rows: (page: P) => readonly T[],
): AsyncIterable<T> {
  let pageToken = '';
  do {
    const page = await ask(pageToken);
    yield* rows(page);
    pageToken = page.nextPageToken;
  } while (pageToken !== '');
}
