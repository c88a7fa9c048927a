/** A catalogue that can't be used. The message says what is wrong, where, and what to do. */
export class CatalogueError extends Error {
  override readonly name = 'CatalogueError';
}
