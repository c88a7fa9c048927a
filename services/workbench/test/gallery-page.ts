import { readdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const GALLERY = fileURLToPath(new URL('../gallery/', import.meta.url));

/** What a picture's name says: `<view>-<theme>-<size>.png`. */
const PICTURE = /^(.+)-(dark|light)-(\d+x\d+)\.png$/;

/** The views in the order in which one meets them, and what they are called. */
const TITLES: Readonly<Record<string, string>> = {
  label: 'Label',
  spectrum: 'A spectrum',
  'campaign-labelling': 'Campaign: it waits for labels',
  'campaign-completed': 'Campaign: over, with its catalogue',
  campaigns: 'Campaigns',
  'new-campaign': 'A new campaign',
  candidates: 'Candidates',
  map: 'Map',
  models: 'Models of a campaign',
  model: 'A model',
  agreement: 'Agreement',
  disagreements: 'Disagreements, to be settled',
  'agreement-one-annotator': 'Agreement, before a second person has labelled',
  pools: 'Pools',
  pool: 'A pool, with what was quarantined',
  'pool-upload': 'Spectra on their way into a pool',
};

/** Writes the page that shows every picture of the gallery: Playwright calls it when all tests are over. */
export default async function writeGalleryPage(): Promise<void> {
  const pictures = (await readdir(GALLERY)).flatMap((file) => {
    const [, view, theme, size] = PICTURE.exec(file) ?? [];
    return view === undefined ? [] : [{ file, view, theme, size }];
  });
  const order = Object.keys(TITLES);
  const place = (view: string): number => (order.indexOf(view) === -1 ? order.length : order.indexOf(view));
  const views = [...new Set(pictures.map(({ view }) => view))].toSorted((a, b) => place(a) - place(b));
  const sections = views.map((view) => {
    const title = TITLES[view] ?? view;
    const images = pictures
      .filter((picture) => picture.view === view)
      .toSorted((a, b) => `${a.size} ${a.theme}`.localeCompare(`${b.size} ${b.theme}`))
      .map(({ file, theme, size }) => `![${title}, ${theme}, ${size?.replace('x', ' × ')}](${file})`);
    return `## ${title}\n\n${images.join('\n\n')}\n`;
  });
  const head = `# The workbench in pictures

Every view, dark and light, at 1280 × 720 and 1920 × 1080, taken by \`make test-browser\` of the real application at work: simulated and
real spectra, a real campaign. This page lists what lies beside it.
`;
  await writeFile(`${GALLERY}README.md`, [head, ...sections].join('\n'));
}
