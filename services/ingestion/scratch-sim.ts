import { openSync, writeSync, closeSync } from 'node:fs';
import { spectraTableWriter } from '@spectrawl/pool';
import { simulateSpectrum } from '@spectrawl/spectra';
const n = Number(process.argv[2]),
  out = process.argv[3]!;
const fd = openSync(out, 'w');
const w = spectraTableWriter({
  write: (b) => {
    for (let o = 0; o < b.length;) o += writeSync(fd, b, o);
  },
});
for (let i = 0; i < n; i += 64) {
  const s = Array.from(
    { length: Math.min(64, n - i) },
    (_, j) => simulateSpectrum({ survey: 'lamost', seed: 7, index: i + j }).spectrum,
  );
  const m = s.map((x) => x.metadata);
  await w.append({
    id: s.map((x) => x.id),
    survey: s.map((x) => x.survey),
    medium: s.map((x) => x.medium),
    designation: m.map((x) => x.designation),
    obsid: m.map(() => null),
    ra: m.map((x) => x.ra),
    dec: m.map((x) => x.dec),
    snr: m.map((x) => x.snr),
    class: m.map((x) => x.class),
    subclass: m.map((x) => x.subclass),
    mjd: m.map((x) => x.mjd),
    wavelength: s.map((x) => x.wavelength),
    flux: s.map((x) => new Float32Array(x.flux)),
  });
  if (i === 0) console.log(s[0]!.wavelength.length, s[0]!.id, s[1]!.wavelength[5], s[0]!.wavelength[5]);
}
await w.finish();
closeSync(fd);
