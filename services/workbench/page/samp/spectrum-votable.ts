import type { Spectrum } from '@spectrawl/contracts';
import { votableNumber, xmlText } from './votable-text.ts';

/**
 * A spectrum as a VOTable 1.4 with the utypes of the Spectrum data model 1.1 (https://www.ivoa.net/documents/SpectrumDM/20111120/), by which
 * programs such as SPLAT-VO know wavelength and flux. The survey's flux has no absolute unit.
 */
export function spectrumVotable({ spectrumId, survey, medium, metadata, wavelength, flux }: Spectrum): string {
  const { designation = spectrumId, ra, dec, mjd } = metadata ?? {};
  const position =
    ra === undefined || dec === undefined
      ? ''
      : `<PARAM name="position" datatype="double" arraysize="2" unit="deg" ucd="pos.eq" utype="spec:Spectrum.Char.SpatialAxis.Coverage.Location.Value" value="${ra} ${dec}"/>\n`;
  const time =
    mjd === undefined
      ? ''
      : `<PARAM name="mjd" datatype="double" unit="d" ucd="time.epoch" utype="spec:Spectrum.Char.TimeAxis.Coverage.Location.Value" value="${mjd}"/>\n`;
  const rows = wavelength.map(
    (value, pixel) => `<TR><TD>${votableNumber(value)}</TD><TD>${votableNumber(flux[pixel] ?? Number.NaN)}</TD></TR>`,
  );
  return `<?xml version="1.0" encoding="UTF-8"?>
<VOTABLE version="1.4" xmlns="http://www.ivoa.net/xml/VOTable/v1.3">
<RESOURCE utype="spec:Spectrum">
<TABLE name="${xmlText(spectrumId)}" utype="spec:Spectrum" nrows="${wavelength.length}">
<DESCRIPTION>Spectrum of ${xmlText(designation)}; wavelengths in ${medium === 'air' ? 'air' : 'vacuum'}</DESCRIPTION>
<PARAM name="title" datatype="unicodeChar" arraysize="*" ucd="meta.title" utype="spec:Spectrum.DataID.Title" value="${xmlText(spectrumId)}"/>
<PARAM name="target" datatype="unicodeChar" arraysize="*" ucd="meta.id;src" utype="spec:Spectrum.Target.Name" value="${xmlText(designation)}"/>
<PARAM name="survey" datatype="unicodeChar" arraysize="*" ucd="meta.id;instr.setup" utype="spec:Spectrum.DataID.Collection" value="${xmlText(survey)}"/>
${position}${time}<FIELD name="wavelength" datatype="double" unit="Angstrom" ucd="em.wl" utype="spec:Spectrum.Data.SpectralAxis.Value"/>
<FIELD name="flux" datatype="float" ucd="phot.flux.density;em.wl" utype="spec:Spectrum.Data.FluxAxis.Value"/>
<DATA><TABLEDATA>
${rows.join('\n')}
</TABLEDATA></DATA>
</TABLE>
</RESOURCE>
</VOTABLE>
`;
}
