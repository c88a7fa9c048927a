/** Asks for page after page until the last. @param page asks for the page of a token; the first one's is empty */
export async function allPages<Row>(
  page: (pageToken: string) => Promise<{ rows: readonly Row[]; nextPageToken: string }>,
): Promise<Row[]> {
  const all: Row[] = [];
  let token = '';
  do {
    const { rows, nextPageToken } = await page(token);
    all.push(...rows);
    token = nextPageToken;
  } while (token !== '');
  return all;
}
