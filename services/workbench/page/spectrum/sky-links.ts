import type { SpectrumMetadata } from '@spectrawl/contracts';

/** A page elsewhere about a spectrum or its object. */
export interface SkyLink {
  name: string;
  href: string;
}

/** Arcseconds around a position within which SIMBAD is asked. */
const SIMBAD_RADIUS = 10;
/** Degrees that Aladin shows. */
const ALADIN_FIELD = 0.05;

/** Pages about a spectrum: what is known of its place on the sky, and the archive's own page of it where there is one. */
export function skyLinks(survey: string, metadata: Partial<SpectrumMetadata> | undefined): SkyLink[] {
  const { ra, dec, obsid } = metadata ?? {};
  const links: SkyLink[] = [];
  if (ra !== undefined && dec !== undefined) {
    const place = `${ra} ${dec}`;
    const simbad = {
      Coord: place,
      CooFrame: 'ICRS',
      CooEpoch: '2000',
      Radius: String(SIMBAD_RADIUS),
      'Radius.unit': 'arcsec',
    };
    links.push(
      { name: 'SIMBAD', href: address('https://simbad.cds.unistra.fr/simbad/sim-coo', simbad) },
      {
        name: 'Aladin',
        href: address('https://aladin.cds.unistra.fr/AladinLite/', { target: place, fov: String(ALADIN_FIELD) }),
      },
    );
  }
  if (survey === 'lamost' && obsid !== undefined)
    links.push({
      name: 'LAMOST',
      href: address('https://www.lamost.org/dr10/v2.0/spectrum/view', { obsid: String(obsid) }),
    });
  if (survey === 'sdss' && ra !== undefined && dec !== undefined)
    links.push({
      name: 'SDSS',
      href: address('https://skyserver.sdss.org/dr16/en/tools/explore/summary.aspx', {
        ra: String(ra),
        dec: String(dec),
      }),
    });
  return links;
}

function address(page: string, parameters: Record<string, string>): string {
  return `${page}?${new URLSearchParams(parameters)}`;
}
