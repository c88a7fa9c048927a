import { create } from '@bufbuild/protobuf';
import { SpectrumSchema } from '@spectrawl/contracts';
import { python } from '@spectrawl/testing';
import { expect, it } from 'vitest';
import { spectrumVotable } from './spectrum-votable.ts';

const READ = `
import io, json, sys
from astropy.io import votable
table = votable.parse(io.BytesIO(sys.stdin.buffer.read()), verify="exception").get_first_table()
rows = table.to_table()
print(json.dumps({
    "units": [str(rows[name].unit) for name in rows.colnames],
    "utypes": [rows[name].meta.get("utype") or table.get_field_by_id_or_name(name).utype for name in rows.colnames],
    "wavelength": rows["wavelength"].tolist(),
    "flux": [float(value) if value == value else None for value in rows["flux"].filled(float("nan")).tolist()],
    "params": {param.name: param.value.tolist() if hasattr(param.value, "tolist") else str(param.value) for param in table.params},
    "description": table.description,
}))
`;

it('a spectrum as VOTable is valid, and what astropy reads, whatever its names are', async () => {
  const spectrum = create(SpectrumSchema, {
    poolId: 'sky',
    spectrumId: 'spec "1" <&>',
    survey: 'lamost',
    medium: 'vacuum',
    wavelength: [6519.25, 6520, 6521.5],
    flux: [1.5, Number.NaN, -0.25],
    metadata: { ra: 80.5625, dec: -33.125, mjd: 55_859.5, designation: 'α Cam' },
  });
  expect(JSON.parse(await python(READ, [], spectrumVotable(spectrum)))).toEqual({
    units: ['Angstrom', 'None'],
    utypes: ['spec:Spectrum.Data.SpectralAxis.Value', 'spec:Spectrum.Data.FluxAxis.Value'],
    wavelength: [6519.25, 6520, 6521.5],
    flux: [1.5, null, -0.25],
    params: {
      title: 'spec "1" <&>',
      target: 'α Cam',
      survey: 'lamost',
      position: [80.5625, -33.125],
      mjd: '55859.5',
    },
    description: 'Spectrum of α Cam; wavelengths in vacuum',
  });
});
