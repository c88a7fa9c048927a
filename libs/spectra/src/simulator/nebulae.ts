import { addLine, dopplerShifted, HALPHA } from './fine-grid.ts';
import type { ModelLight } from './model-light.ts';
import { addPhotosphere } from './photosphere.ts';
import type { SpectralType } from './photosphere.ts';
import { cumulativeSums } from './random.ts';
import type { RandomStream } from './random.ts';
import { HE_I_6678, NII_6548, NII_6583, NII_RATIO, SII_6716, SII_6731 } from './spectral-lines.ts';

/** The stars behind nebulosity: those of the Galactic plane. */
const STARS_BEHIND: readonly SpectralType[] = ['B', 'A', 'F', 'G', 'K'];
const STARS_BEHIND_SUMS = cumulativeSums([0.05, 0.25, 0.35, 0.25, 0.1]);

/**
 * A star whose fibre also catches a nebula that sky subtraction did not remove (`sign` 1), or that it removed from a
 * fibre without nebula (`sign` −1): narrow Hα, [N II] and [S II] of an H II region (ratios: Osterbrock & Ferland 2006).
 */
export function addNebularContamination(
  stream: RandomStream,
  light: ModelLight,
  radialVelocity: number,
  sign: 1 | -1,
): void {
  const type = STARS_BEHIND[stream.weightedIndex(STARS_BEHIND_SUMS)]!;
  addPhotosphere(stream, light, { type, radialVelocity, rotation: 30 });
  const equivalentWidth = stream.logNormal(2.5, 1);
  const nebularVelocity = stream.normal(0, 20);
  const sigma = stream.between(0.35, 0.7);
  const nitrogen = stream.between(0.2, 0.65);
  const sulphur = stream.between(0.08, 0.4);
  const sulphurRatio = stream.between(1, 1.45);
  const halpha = equivalentWidth * (sign > 0 ? 1 : -stream.between(0.15, 0.6));
  // Geocoronal Hα comes without forbidden lines.
  const forbidden = halpha * (stream.chance(0.15) ? stream.between(0, 0.3) : 1);
  const at = (wavelength: number) => dopplerShifted(wavelength, nebularVelocity);
  addLine(light.halphaEmission, at(HALPHA), sigma, halpha);
  addLine(light.otherLines, at(NII_6583), sigma, forbidden * nitrogen);
  addLine(light.otherLines, at(NII_6548), sigma, (forbidden * nitrogen) / NII_RATIO);
  const sulphurUnit = (1.3 * forbidden * sulphur) / (1 + sulphurRatio);
  addLine(light.otherLines, at(SII_6716), sigma, sulphurUnit * sulphurRatio);
  addLine(light.otherLines, at(SII_6731), sigma, sulphurUnit);
  light.hasHalpha = true;
}

/** A planetary nebula: strong narrow lines on hardly any continuum. */
export function addPlanetaryNebula(stream: RandomStream, light: ModelLight, radialVelocity: number): void {
  const equivalentWidth = stream.logNormal(80, 0.8);
  const sigma = stream.between(0.4, 0.9);
  const nitrogen = stream.between(0.05, 2);
  const at = (wavelength: number) => dopplerShifted(wavelength, radialVelocity);
  addLine(light.halphaEmission, at(HALPHA), sigma, equivalentWidth);
  addLine(light.otherLines, at(NII_6583), sigma, equivalentWidth * nitrogen);
  addLine(light.otherLines, at(NII_6548), sigma, (equivalentWidth * nitrogen) / NII_RATIO);
  for (const wavelength of [SII_6716, SII_6731])
    addLine(light.otherLines, at(wavelength), sigma, 0.06 * equivalentWidth);
  addLine(light.otherLines, at(HE_I_6678), sigma, 0.01 * equivalentWidth);
  light.hasHalpha = true;
}
