/**
 * Cuts content into parts of one size, the last one shorter; there is always one. Only the part that is being gathered is held
 * here.
 *
 * @param size bytes
 */
export async function* cutIntoParts(
  content: Uint8Array | AsyncIterable<Uint8Array>,
  size: number,
): AsyncIterable<Uint8Array> {
  if (content instanceof Uint8Array) {
    for (let from = 0; from === 0 || from < content.length; from += size) yield content.subarray(from, from + size);
    return;
  }
  let gathered: Uint8Array[] = [];
  let held = 0;
  for await (const chunk of content) {
    let from = 0;
    while (held + chunk.length - from > size) {
      const end = from + size - held;
      yield Buffer.concat([...gathered, chunk.subarray(from, end)]);
      gathered = [];
      held = 0;
      from = end;
    }
    // A copy: the source may use its buffer again.
    gathered.push(chunk.slice(from));
    held += chunk.length - from;
  }
  yield Buffer.concat(gathered);
}
