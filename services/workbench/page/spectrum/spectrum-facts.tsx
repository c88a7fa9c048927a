import type { Spectrum } from '@spectrawl/contracts';
import { skyLinks } from './sky-links.ts';
import { dayOf, degrees, hourAngle } from './sky-position.ts';
import styles from './spectrum-facts.module.css';

/** What the survey says about a spectrum, and where else one can look. The place is the same whether it is loaded or not. */
export function SpectrumFacts({ spectrumId, spectrum }: { spectrumId: string; spectrum: Spectrum | undefined }) {
  const { designation, obsid, ra, dec, snr, surveyClass, surveySubclass, mjd } = spectrum?.metadata ?? {};
  const facts: readonly (readonly [name: string, value: string | undefined])[] = [
    ['object', designation],
    ['survey', spectrum && [spectrum.survey, obsid === undefined ? '' : `obsid ${obsid}`].join(' ').trim()],
    ['position', ra === undefined || dec === undefined ? undefined : `${hourAngle(ra)} ${degrees(dec)}`],
    ['', ra === undefined || dec === undefined ? undefined : `${ra.toFixed(5)}° ${dec.toFixed(5)}°`],
    ['S/N', snr === undefined ? undefined : snr.toFixed(1)],
    ['type', surveyClass === undefined ? undefined : [surveyClass, surveySubclass ?? ''].join(' ').trim()],
    ['date', mjd === undefined ? undefined : `${dayOf(mjd)} (MJD ${mjd.toFixed(1)})`],
  ];
  const links = skyLinks(spectrum?.survey ?? '', spectrum?.metadata);
  return (
    <section className={styles.facts} aria-label="What the survey says">
      <h2 className={styles.id} title={spectrumId}>
        {spectrumId}
      </h2>
      <dl>
        {facts.map(([name, value], at) => (
          <div key={name || at}>
            <dt>{name}</dt>
            <dd title={value}>{value ?? (spectrum ? '–' : '')}</dd>
          </div>
        ))}
      </dl>
      <p className={styles.links}>
        {links.map(({ name, href }) => (
          <a key={name} href={href} target="_blank" rel="noopener noreferrer">
            {name}
          </a>
        ))}
      </p>
    </section>
  );
}
