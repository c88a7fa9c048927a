import { openDatabase, sql } from '@spectrawl/database';
import { createHash } from 'node:crypto';
const server = await openDatabase({ kind: 'pglite', directory: '/tmp/ing-db2-' + process.pid });
const s = await server.forService('ingestion', new URL('./migrations/', import.meta.url));
await sql`insert into pools (pool_id, request_id, surveys, preprocessing_version, create_time) values ('p','a','[]','x',now())`.execute(
  s.db,
);
const N = 131072,
  id = (i) => 'sim-lamost-7-' + String(i).padStart(7, '0'),
  h = (i) => createHash('md5').update(String(i)).digest('hex');
const variants = {
  decode: (tx, a, b) =>
    sql`INSERT INTO spectra (pool_id, spectrum_id, shard, row, content_hash)
      SELECT ${'p'}, id, ${0}::integer, row, decode(hash, 'hex')
      FROM unnest(${Array.from({ length: b - a }, (_, i) => id(a + i))}::text[], ${Array.from({ length: b - a }, (_, i) => i)}::integer[],
        ${Array.from({ length: b - a }, (_, i) => h(a + i))}::text[]) AS added (id, row, hash)`.execute(tx),
};
const t0 = performance.now();
await s.transaction(async (tx) => {
  for (let a = 0; a < N; a += 8192) {
    const t = performance.now();
    await variants.decode(tx, a, a + 8192);
    if (a % 32768 === 0) console.log('insert 8192', (performance.now() - t).toFixed(0));
  }
});
console.log('all', (performance.now() - t0).toFixed(0));
const qs = {
  union: (ids, hashes) => sql`SELECT spectrum_id, encode(content_hash, 'hex') AS hash FROM spectra
      WHERE pool_id = ${'p'} AND spectrum_id = ANY(${ids}::text[])
      UNION
      SELECT spectrum_id, encode(content_hash, 'hex') FROM spectra
      WHERE pool_id = ${'p'} AND content_hash IN (SELECT decode(h, 'hex') FROM unnest(${hashes}::text[]) h)`,
  ids: (ids) => sql`SELECT spectrum_id FROM spectra WHERE pool_id = ${'p'} AND spectrum_id = ANY(${ids}::text[])`,
  hashIn: (_, hashes) => sql`SELECT encode(content_hash, 'hex') AS hash FROM spectra
      WHERE pool_id = ${'p'} AND content_hash IN (SELECT decode(h, 'hex') FROM unnest(${hashes}::text[]) h)`,
  hashAny: (_, hashes) => sql`SELECT encode(content_hash, 'hex') AS hash FROM spectra
      WHERE pool_id = ${'p'} AND content_hash = ANY(ARRAY(SELECT decode(h, 'hex') FROM unnest(${hashes}::text[]) h))`,
};
for (const analyze of [false, true]) {
  if (analyze) await sql`analyze spectra`.execute(s.db);
  for (const [name, q] of Object.entries(qs)) {
    const times = [];
    for (let k = 0; k < 5; k++) {
      const ids = Array.from({ length: 512 }, (_, i) => id(k * 20000 + i)),
        hashes = Array.from({ length: 512 }, (_, i) => h(k * 20000 + i));
      const t = performance.now();
      const r = await q(ids, hashes).execute(s.db);
      times.push((performance.now() - t).toFixed(0) + '/' + r.rows.length);
    }
    console.log(analyze, name, times.join(' '));
  }
}
await server.close();
