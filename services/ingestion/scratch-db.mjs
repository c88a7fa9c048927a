import { openDatabase, sql } from '@spectrawl/database';
const dir = process.argv[2];
const server = await openDatabase({ kind: 'pglite', directory: dir });
const s = await server.forService('ingestion', new URL('./migrations/', import.meta.url));
const rows = (
  await sql`select spectrum_id, encode(content_hash,'hex') h from spectra where spectrum_id >= 'sim-lamost-7-0060000' limit 2500`.execute(
    s.db,
  )
).rows;
const ids = rows.map((r) => r.spectrum_id),
  hashes = rows.map((r) => r.h);
const q = (x) =>
  sql`${sql.raw(x ? 'explain (analyze)' : '')} SELECT spectrum_id, encode(content_hash, 'hex') AS hash FROM spectra
      WHERE pool_id = ${'p'} AND spectrum_id = ANY(${ids}::text[])
      UNION
      SELECT spectrum_id, encode(content_hash, 'hex') FROM spectra
      WHERE pool_id = ${'p'} AND content_hash IN (SELECT decode(h, 'hex') FROM unnest(${hashes}::text[]) h)`.execute(
    s.db,
  );
const q2 = (x) =>
  sql`${sql.raw(x ? 'explain (analyze)' : '')} SELECT spectrum_id, encode(content_hash, 'hex') AS hash FROM unnest(${ids}::text[]) asked (spectrum_id) JOIN spectra USING (spectrum_id)
      WHERE pool_id = ${'p'}`.execute(s.db);
for (const f of [q, q2]) {
  for (let i = 0; i < 4; i++) {
    const t = performance.now();
    const r = await f(false);
    console.log(r.rows.length, (performance.now() - t).toFixed(0));
  }
  const plan = (await f(true)).rows.map((r) => r['QUERY PLAN'].slice(0, 150));
  console.log(plan.join('\n'));
}
await server.close();
