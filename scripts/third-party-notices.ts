import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';

interface PackageManifest {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
  /** How npm packages of before 2014 name their licence. */
  readonly licenses?: readonly { readonly type: string }[];
  readonly author?: string | { readonly name: string };
  readonly contributors?: readonly (string | { readonly name: string })[];
}

/** The standard text of a licence, without the holder's name: <https://spdx.org/licenses>. */
const standardText = createRequire(import.meta.url)('spdx-license-list/full') as Readonly<
  Record<string, { readonly licenseText: string }>
>;

const inNodeModules = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/u;

/**
 * Licences and notices of every package in bundles, and of additional packages.
 * @throws Error if a package has neither a licence text nor a standard licence
 */
export function thirdPartyNotices(
  root: string,
  metafiles: readonly Metafile[],
  additional: readonly string[],
): string {
  const inputs = metafiles.flatMap(({ outputs }) =>
    Object.values(outputs).flatMap((output) => Object.entries(output.inputs)),
  );
  const bundled = inputs.flatMap(([path, { bytesInOutput }]) => {
    const folder = inNodeModules.exec(path)?.[0];
    return folder === undefined || bytesInOutput === 0 ? [] : [folder];
  });
  const folders = new Set([...bundled, ...additional.map((name) => `node_modules/${name}`)]);
  const sections = [...folders].sort().map((folder) => section(join(root, folder)));
  return `# Third-party notices

This package contains the software below. ONNX Runtime's binaries also contain third-party software;
ThirdPartyNotices.txt at <https://github.com/microsoft/onnxruntime>, under the version's tag, lists
it. The licences of models are in their folders in \`models\`.

${sections.join('\n')}`;
}

function section(folder: string): string {
  const manifest = JSON.parse(
    readFileSync(join(folder, 'package.json'), 'utf8'),
  ) as PackageManifest;
  const { name, version } = manifest;
  const license = licenceOf(manifest);
  const files = readdirSync(folder).filter((file) =>
    /^(?:licen[cs]e|copying|notice|third.?party.?notices)/iu.test(file),
  );
  const texts = files.map((file) => readFileSync(join(folder, file), 'utf8').trim());
  if (texts.length === 0) texts.push(fromManifest(manifest));
  const fenced = texts.map((text) => `~~~~text\n${text}\n~~~~\n`);
  return `## ${name} ${version} (${license})\n\n${fenced.join('\n')}`;
}

/** For packages that name their licence only in package.json. */
function fromManifest(manifest: PackageManifest): string {
  const { name, author, contributors = [] } = manifest;
  const license = licenceOf(manifest);
  const standard = standardText[license];
  if (!standard) throw new Error(`${name} has licence "${license}" and no licence text.`);
  const people = [...(author === undefined ? [] : [author]), ...contributors]
    .map((person) => (typeof person === 'string' ? person : person.name))
    .join(', ');
  const holders = people === '' ? `the authors of ${name}` : people;
  return standard.licenseText.replace(/<year> <copyright holders>/u, holders).trim();
}

const licenceOf = ({ license, licenses = [] }: PackageManifest): string =>
  license ?? licenses.map(({ type }) => type).join(' AND ');
