import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HALPHA_MARKERS } from './line-markers.ts';
import { plotSpectrum, type SpectrumPlot } from './plot-spectrum.ts';

const WAVELENGTH = Float64Array.from({ length: 214 }, (_, at) => 6519 + at);

/** A continuum of 1 with emission at a wavelength. */
function emissionAt(wavelength: number): Float64Array {
  return WAVELENGTH.map((at) => 1 + Math.exp(-(((at - wavelength) / 3) ** 2)));
}

const PLOT: SpectrumPlot = {
  wavelength: WAVELENGTH,
  flux: emissionAt(6564.6),
  from: 6519,
  to: 6732,
  columns: 50,
  rows: 10,
};

describe('the plot of a spectrum', () => {
  it('is the trace with its axes, the lines that are marked, and round numbers', () => {
    expect(plotSpectrum({ ...PLOT, markers: HALPHA_MARKERS, columns: 62 })).toMatchInlineSnapshot(`
      [
        "                    Hα [N II]                  He I    [S II] ",
        "   2.022 │       ┊  ⢰⡆    ┊                      ┊        ┊   ",
        "         │       ┊  ⢸⢣    ┊                      ┊        ┊   ",
        "         │       ┊  ⢸⢸    ┊                      ┊        ┊   ",
        "   1.491 │       ┊  ⡞⢸    ┊                      ┊        ┊   ",
        "         │       ┊  ⡇⠸⡀   ┊                      ┊        ┊   ",
        "         │       ┊  ⡇┊⡇   ┊                      ┊        ┊   ",
        "  0.9607 │⠤⠤⠤⠤⠤⠤⠴⠒⠒⠚ ┊⠓⠒⠒⠢⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤",
        "       Å └───────┴───────────┴───────────┴────────────┴───────",
        "               6550        6600        6650         6700      ",
      ]
    `);
  });

  it('fills its size whatever the spectrum and the terminal', () => {
    const flux = fc.float32Array({ minLength: 214, maxLength: 214 });
    const size = { columns: fc.integer({ min: 20, max: 200 }), rows: fc.integer({ min: 5, max: 60 }) };
    const display = { smoothing: fc.constantFrom(1, 3, 31), cut: fc.constantFrom(0, 0.1) };
    fc.assert(
      fc.property(flux, fc.record({ ...size, ...display }), (values, options) => {
        const lines = plotSpectrum({ ...PLOT, flux: values, ...options, markers: HALPHA_MARKERS });
        expect(lines).toHaveLength(options.rows);
        for (const line of lines) expect(Array.from(line)).toHaveLength(options.columns);
      }),
    );
  });

  it('has the peak where its wavelength is', () => {
    fc.assert(
      fc.property(fc.double({ min: 6530, max: 6720, noNaN: true }), (peak) => {
        const [, top = ''] = plotSpectrum({ ...PLOT, flux: emissionAt(peak), columns: 110 });
        const trace = Array.from(top).slice(10);
        const column = Math.floor(((peak - 6519) / (6732 - 6519)) * 100);
        expect(trace.slice(column - 1, column + 2).join('')).toMatch(/[^ ]/);
      }),
    );
  });

  it('leaves a gap where there is no value, and draws nothing without any', () => {
    const gap = emissionAt(6564.6).map((value, at) => (at > 100 && at < 150 ? NaN : value));
    const floor = plotSpectrum({ ...PLOT, flux: gap }).at(7)!;
    expect(Array.from(floor).slice(32, 36).join('')).toBe('    ');
    const nothing = plotSpectrum({ ...PLOT, flux: new Float64Array(214).fill(NaN) });
    expect(nothing.slice(1, 8).join('').replaceAll('│', '').trim()).toBe('');
  });

  it('lets a cosmic ray leave the plot where a share may be cut', () => {
    const flux = emissionAt(6564.6);
    flux[180] = 1e6;
    const high = (line: string | undefined): number => Number.parseFloat(line ?? '');
    expect(high(plotSpectrum({ ...PLOT, flux })[1])).toBeGreaterThanOrEqual(1e6);
    expect(high(plotSpectrum({ ...PLOT, flux, cut: 0.01 })[1])).toBeLessThan(2.1);
  });

  it('paints trace, markers and axes apart', () => {
    const wrap = (name: string) => (text: string) => `<${name}>${text}</${name}>`;
    const lines = plotSpectrum({
      ...PLOT,
      markers: [{ name: 'Hα', wavelength: 6620 }],
      paint: { trace: wrap('t'), marker: wrap('m'), axis: wrap('a') },
    });
    expect(lines[0]).toMatch(/^ {10}<m> *Hα *<\/m>$/);
    expect(lines[1]).toMatch(/^<a> *2.022 │<\/a><t>.*<\/t><m>┊<\/m><t> *<\/t>$/u);
  });
});
