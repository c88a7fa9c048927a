import { python } from '@spectrawl/testing';
import { describe, expect, it } from 'vitest';
import { addBeStar } from './emission-stars.ts';
import { addGaussian, addLine, GRID_COUNT, GRID_STEP, GRID_WAVELENGTHS, HALPHA } from './fine-grid.ts';
import { totalLight } from './instrument.ts';
import { LAMOST } from './lamost.ts';
import { mDwarfBands } from './m-dwarf-bands.ts';
import { featurelessLight } from './model-light.ts';
import { addPhotosphere } from './photosphere.ts';
import { RandomStream } from './random.ts';
import { FWHM_PER_SIGMA, seenAt, smoothedOnGrid } from './resolution.ts';
import { fromGalactic } from './sky-position.ts';
import { addProfile, gaussianOf, normalise, profileOf } from './velocity-profile.ts';

const area = (line: Float64Array) => line.reduce((sum, value) => sum + value * GRID_STEP, 0);
const judge = async <T>(question: object): Promise<T> =>
  JSON.parse(await python(new URL('simulator.judge.py', import.meta.url), [], JSON.stringify(question))) as T;
const flat = () => featurelessLight(new RandomStream([1]), { slopeMean: 0, slopeScatter: 0, curvatureScatter: 0 });

describe('lines on the fine grid', () => {
  it.each([0.15, 1.6, 60])('are Gaussians of σ %d Å to the last digits', (sigma) => {
    const line = new Float64Array(GRID_COUNT);
    addGaussian(line, HALPHA, sigma, 3);
    GRID_WAVELENGTHS.forEach((wavelength, i) => {
      expect(Math.abs(line[i]! - 3 * Math.exp(-0.5 * ((wavelength - HALPHA) / sigma) ** 2))).toBeLessThan(1e-6);
    });
  });

  it('have the equivalent width asked for', () => {
    const line = new Float64Array(GRID_COUNT);
    addLine(line, 6600.1, 0.7, 5);
    expect(area(line)).toBeCloseTo(5, 4);
    const broad = new Float64Array(GRID_COUNT);
    addProfile(broad, normalise(profileOf((velocity) => gaussianOf(velocity, 300))), 50, 8);
    expect(area(broad)).toBeCloseTo(8, 3);
  });

  it('outside the grid add nothing', () => {
    const line = new Float64Array(GRID_COUNT);
    addLine(line, 5000, 2, 5);
    addLine(line, 8000, 2, 5);
    expect(line.every((value) => value === 0)).toBe(true);
  });
});

describe('the photosphere', () => {
  it.each([
    ['A', 11],
    ['F', 5.2],
    ['G', 3.7],
  ] as const)('of type %s has the Hα of its templates: %d Å', (type, equivalentWidth) => {
    const widths = Array.from({ length: 400 }, (_, index) => {
      const light = flat();
      addPhotosphere(new RandomStream([index]), light, { type, radialVelocity: 0, rotation: 10 });
      return -area(light.halphaAbsorption);
    });
    const mean = widths.reduce((a, b) => a + b, 0) / widths.length;
    // Of the wings, Δλ^(−5/2), about 2 % lie beyond the grid.
    expect(mean / equivalentWidth).toBeGreaterThan(0.94);
    expect(mean / equivalentWidth).toBeLessThan(1.04);
  });

  it('moves with the radial velocity', () => {
    const light = flat();
    addPhotosphere(new RandomStream([1]), light, { type: 'A', radialVelocity: 300, rotation: 10 });
    const deepest = light.halphaAbsorption.indexOf(Math.min(...light.halphaAbsorption));
    expect(GRID_WAVELENGTHS[deepest]).toBeCloseTo(HALPHA * (1 + 300 / 299_792.458), 0);
  });
});

describe('M dwarf bands', () => {
  it('pass from one subclass to the next', () => {
    const [earlier, between, later] = [mDwarfBands(3), mDwarfBands(3.5), mDwarfBands(4)] as const;
    between.forEach((value, i) => expect(value).toBeCloseTo((earlier[i]! + later[i]!) / 2, 12));
    expect([mDwarfBands(0), mDwarfBands(8)].every((bands) => bands.every((value) => value > 0.5 && value < 2.1))).toBe(
      true,
    );
    // The CaH and TiO bands deepen to later types: blue of Hα stands ever more above the red end.
    const slope = (subclass: number) => mDwarfBands(subclass)[400]! / mDwarfBands(subclass)[1100]!;
    expect(slope(8)).toBeGreaterThan(slope(4));
    expect(slope(4)).toBeGreaterThan(slope(0));
  });
});

describe('the resolution', () => {
  it('is a Gaussian convolution', async () => {
    const light = flat();
    addBeStar(new RandomStream([3]), light, 20, 'strong');
    const arriving = totalLight(light, 0);
    const fwhm = HALPHA / 1800;
    const wavelengths = Float64Array.from({ length: 60 }, (_, i) => 6500.13 + 2.71 * i);
    const { seen } = await judge<{ seen: number[] }>({
      seen: {
        wavelengths: [...wavelengths],
        grid: [...GRID_WAVELENGTHS],
        light: [...arriving],
        sigma: fwhm / FWHM_PER_SIGMA,
      },
    });
    seenAt(wavelengths, arriving, fwhm).forEach((value, i) =>
      expect(Math.abs(value / seen[i]! - 1)).toBeLessThan(2e-3),
    );
  });

  it('is the same on the grid as between its points', () => {
    const light = flat();
    addBeStar(new RandomStream([4]), light, 0, 'weak');
    const arriving = totalLight(light, 0);
    const grid = smoothedOnGrid(arriving, 3.6, 400, 600);
    const points = seenAt(GRID_WAVELENGTHS.slice(400, 600), arriving, 3.6);
    points.forEach((value, i) => expect(value).toBeCloseTo(grid[i]!, 3));
  });

  it('gives an unresolved line its own width', () => {
    const line = new Float64Array(GRID_COUNT);
    addLine(line, HALPHA, 0.1, 1);
    const wavelengths = Float64Array.from({ length: 2000 }, (_, i) => HALPHA - 5 + i * 0.005);
    const seen = seenAt(wavelengths, line, 3.6);
    const half = Math.max(...seen) / 2;
    expect(seen.filter((value) => value > half).length * 0.005).toBeCloseTo(3.6, 1);
  });
});

describe('noise', () => {
  it('is as large as the stated uncertainty', () => {
    const pulls: number[] = [];
    for (let index = 0; index < 200; index++) {
      const stream = new RandomStream([index]);
      const light = flat();
      const { flux, uncertainty } = LAMOST.observe(stream, light, { signalToNoise: 200, fwhm: 3.6 });
      const sorted = flux.toSorted();
      const level = sorted[sorted.length >> 1]!;
      // The red end is free of night-sky lines.
      for (let pixel = 150; pixel < flux.length; pixel++) pulls.push((flux[pixel]! - level) / uncertainty![pixel]!);
    }
    const quiet = pulls.filter((pull) => Math.abs(pull) < 5);
    expect(quiet.length / pulls.length).toBeGreaterThan(0.99);
    const deviation = Math.sqrt(quiet.reduce((sum, pull) => sum + pull * pull, 0) / quiet.length);
    expect(deviation).toBeGreaterThan(0.97);
    expect(deviation).toBeLessThan(1.03);
  });
});

describe('Galactic positions', () => {
  it("are astropy's in ICRS", async () => {
    const stream = new RandomStream([8]);
    const longitudes = Array.from({ length: 50 }, () => stream.between(0, 360));
    const latitudes = longitudes.map(() => stream.between(-89, 89));
    const { equatorial } = await judge<{ equatorial: [number, number][] }>({ equatorial: { longitudes, latitudes } });
    equatorial.forEach(([ra, dec], i) => {
      const position = fromGalactic(longitudes[i]!, latitudes[i]!);
      expect(position.dec).toBeCloseTo(dec, 4);
      const difference = ((position.ra - ra + 540) % 360) - 180;
      expect(difference * Math.cos((dec * Math.PI) / 180)).toBeCloseTo(0, 4);
    });
  });
});
