import { python } from '@spectrawl/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { discProfile } from './disc-profile.ts';
import type { KeplerianDisc } from './disc-profile.ts';
import { prominentPeaks } from './truth.ts';
import { VELOCITY_COUNT, VELOCITY_STEP, velocityAt } from './velocity-profile.ts';

const plainDisc: KeplerianDisc = {
  outerVelocity: 200,
  innerRadius: 0.05,
  emissivityIndex: 1.8,
  shear: 0,
  waveAmplitude: 0,
  wavePhase: 0,
  turbulence: 20,
};

const peaksOf = (profile: Float64Array) => prominentPeaks(profile, 0.02 * Math.max(...profile));

describe('the profile of a Keplerian disc', () => {
  it("is Smak's integral", async () => {
    const velocities = Array.from({ length: VELOCITY_COUNT }, (_, index) => velocityAt(index));
    for (const disc of [plainDisc, { ...plainDisc, outerVelocity: 350, emissivityIndex: 1.3, turbulence: 60 }]) {
      const { outerVelocity, innerRadius, emissivityIndex, turbulence } = disc;
      const question = { disc: { outerVelocity, innerRadius, emissivityIndex, turbulence, velocities } };
      const answer = await python(new URL('simulator.judge.py', import.meta.url), [], JSON.stringify(question));
      const { disc: expected } = JSON.parse(answer) as { disc: number[] };
      const profile = discProfile(disc);
      const highest = Math.max(...expected);
      const worst = Math.max(...expected.map((value, index) => Math.abs(value - profile[index]!) / highest));
      expect(worst).toBeLessThan(0.04);
    }
  });

  it('has two peaks, 2 v_out sin i apart within the broadening', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 120, max: 600 }),
        fc.double({ min: 0.02, max: 0.3, noNaN: true }),
        fc.double({ min: 1.2, max: 2.4, noNaN: true }),
        (outerVelocity, innerRadius, emissivityIndex) => {
          const turbulence = 20;
          const profile = discProfile({ ...plainDisc, outerVelocity, innerRadius, emissivityIndex, turbulence });
          const peaks = peaksOf(profile);
          const first = velocityAt(peaks[0]!.index);
          const last = velocityAt(peaks.at(-1)!.index);
          expect(Math.abs(last - first - 2 * outerVelocity)).toBeLessThanOrEqual(4 * turbulence);
        },
      ),
    );
  });

  it('merges into one peak where broadening exceeds the rotation', () => {
    expect(peaksOf(discProfile({ ...plainDisc, outerVelocity: 15, turbulence: 40 }))).toHaveLength(1);
  });

  it('has unit area and is symmetric without a density wave', () => {
    const profile = discProfile(plainDisc);
    expect(profile.reduce((sum, value) => sum + value * VELOCITY_STEP, 0)).toBeCloseTo(1, 10);
    profile.forEach((value, index) => expect(value).toBeCloseTo(profile[VELOCITY_COUNT - 1 - index]!, 10));
  });

  it('has its higher peak on the side of the density wave', () => {
    const sides = [Math.PI / 2, -Math.PI / 2].map((wavePhase) => {
      const profile = discProfile({ ...plainDisc, waveAmplitude: 0.5, wavePhase });
      return velocityAt(profile.indexOf(Math.max(...profile)));
    });
    expect(sides[0]).toBeGreaterThan(150);
    expect(sides[1]).toBeLessThan(-150);
  });

  it('has a deeper dip where the sheared gas is thick along the line of sight', () => {
    const dip = (shear: number) => {
      const profile = discProfile({ ...plainDisc, shear });
      return profile[(VELOCITY_COUNT - 1) / 2]! / Math.max(...profile);
    };
    expect(dip(3)).toBeLessThan(0.8 * dip(0));
  });
});
