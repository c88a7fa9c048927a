// Keeps the pictures of the last `make test-browser` with the service: as few colours as show them well, and a page that lists them.
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { pictureOf, PICTURES, SIZES, THEMES } from './gallery.ts';

const GALLERY = fileURLToPath(new URL('../gallery/', import.meta.url));

/** Bytes of a picture that is kept, at most. */
const MOST_BYTES = 200_000;

/** The views in the order in which one meets them, and what they are called. */
const TITLES: Readonly<Record<string, string>> = {
  label: 'Label',
  spectrum: 'A spectrum',
  'campaign-labelling': 'Campaign: it waits for labels',
  'campaign-completed': 'Campaign: over, with its catalogue',
  campaigns: 'Campaigns',
  'new-campaign': 'A new campaign',
  candidates: 'Candidates',
  'candidates-export': 'Candidates: their export',
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

/** Pictures of the labelling guide. */
const GUIDE = ['guide-absorption', 'guide-single-peak', 'guide-double-peak'];

const ofView = (view: string) =>
  SIZES.flatMap((size) => THEMES.map((theme) => ({ file: pictureOf(view, theme, size), theme, size })));

const wanted = [
  ...Object.keys(TITLES).flatMap((view) => ofView(view).map(({ file }) => file)),
  ...GUIDE.map((name) => `${name}.png`),
];
const taken: string[] = await readdir(PICTURES).catch(() => []);
const missing = wanted.filter((file) => !taken.includes(file));
if (missing.length > 0)
  throw new Error(`The tests took no ${missing.join(', ')}: run make test-browser whole, and mend what failed`);
const unknown = taken.filter((file) => !wanted.includes(file));
if (unknown.length > 0)
  throw new Error(
    `No view is called as in ${unknown.join(', ')}: name it in TITLES of keep-gallery.ts, or remove the picture from ${PICTURES}`,
  );

await rm(GALLERY, { recursive: true, force: true });
await mkdir(GALLERY);
let bytes = 0;
const kept = new Map<string, string>();
for (const file of wanted) {
  const picture = await sharp(PICTURES + file)
    .png({ palette: true, dither: 0, effort: 10 })
    .toBuffer();
  const { length } = picture;
  if (length > MOST_BYTES)
    throw new Error(`${file} takes ${length} bytes: pictures in the repository take ${MOST_BYTES} at most`);
  const content = picture.toString('base64');
  const twin = kept.get(content);
  if (twin) throw new Error(`${file} shows what ${twin} shows: the test of one of them has to wait for its view`);
  kept.set(content, file);
  await writeFile(GALLERY + file, picture);
  bytes += length;
}
const sections = Object.entries(TITLES).map(([view, title]) => {
  const images = ofView(view).map(
    ({ file, theme, size }) => `![${title}, ${theme}, ${size.width} × ${size.height}](${file})`,
  );
  return `## ${title}\n\n${images.join('\n\n')}\n`;
});
const head = `# The workbench in pictures

Every view, dark and light, at 1280 × 720 and 1920 × 1080, taken by \`make test-browser\` of the real application at work — simulated and
real spectra, a real campaign — and kept by \`make gallery\`.
`;
await writeFile(`${GALLERY}README.md`, [head, ...sections].join('\n'));
console.log(`${wanted.length} pictures, ${(bytes / 1e6).toFixed(1)} MB, lie in services/workbench/gallery.`);
