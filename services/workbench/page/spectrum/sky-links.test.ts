import { expect, it } from 'vitest';
import { skyLinks } from './sky-links.ts';

it('a LAMOST spectrum is linked with its place on the sky and its page in the archive', () => {
  const links = skyLinks('lamost', { ra: 93.441292, dec: -4.5, obsid: 966711074n });
  expect(links.map(({ name }) => name)).toEqual(['SIMBAD', 'Aladin', 'LAMOST']);
  const [simbad, , lamost] = links.map(({ href }) => new URL(href));
  expect(simbad?.searchParams.get('Coord')).toBe('93.441292 -4.5');
  expect(lamost?.searchParams.get('obsid')).toBe('966711074');
});

it('nothing is linked of which nothing is known', () => {
  expect(skyLinks('ondrejov', {})).toEqual([]);
  expect(skyLinks('lamost', undefined)).toEqual([]);
});
