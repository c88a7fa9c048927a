// Completes the bill of materials that npm made of an image's packages: Debian's packages, Node, and TensorFlow's wheels.
//   node write-sbom.js NAME VERSION SBOM-OF-NPM REQUIREMENTS-OF-TENSORFLOW    run inside of the image's base; prints CycloneDX JSON
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';

const [name, version, npmSbom, requirements] = process.argv.slice(2);
const sbom = JSON.parse(readFileSync(npmSbom, 'utf8'));

const debian = execFileSync('dpkg-query', ['-W', '-f', '${Package} ${Version} ${Architecture}\n'], { encoding: 'utf8' })
  .trim()
  .split('\n')
  .map((line) => line.split(' '))
  .map(([packageName, packageVersion, architecture]) => ({
    type: 'library',
    name: packageName,
    version: packageVersion,
    purl: `pkg:deb/debian/${packageName}@${encodeURIComponent(packageVersion)}?arch=${architecture}`,
  }));

const node = {
  type: 'platform',
  name: 'node',
  version: process.versions.node,
  purl: `pkg:generic/node@${process.versions.node}`,
};

// Images that do not compute have no TensorFlow, whatever is pinned for those that do.
const hasTensorFlow = existsSync('/opt/tensorflow') && statSync('/opt/tensorflow').isDirectory();
const wheels = hasTensorFlow
  ? [
      ...readFileSync(requirements, 'utf8').matchAll(/^([\w-]+)==(\S+)(?:\s+\\?\s*--hash=sha256:([0-9a-f]{64}))?/gm),
    ].map(([, wheel, wheelVersion, sha256]) => ({
      type: 'library',
      name: wheel,
      version: wheelVersion,
      purl: `pkg:pypi/${wheel}@${wheelVersion}`,
      ...(sha256 && { hashes: [{ alg: 'SHA-256', content: sha256 }] }),
    }))
  : [];

const components = [...sbom.components, node, ...debian, ...wheels].map((component) => ({
  'bom-ref': component.purl,
  ...component,
}));
const metadata = { ...sbom.metadata, component: { type: 'container', name, version, 'bom-ref': name } };
process.stdout.write(`${JSON.stringify({ ...sbom, metadata, components }, null, 2)}\n`);
