import { cpSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundles } from './bundles.mjs';
import {
  buildBundles,
  copyListed,
  placeRuntime,
  root,
  runtimePackages,
  standAlone,
  type Target,
} from './stand-alone.ts';
import { thirdPartyNotices } from './third-party-notices.ts';

/** Fields of package.json that only development needs. */
const forDevelopment = ['bin', 'scripts', 'dependencies', 'devDependencies', 'private'];

const inPackage = [
  standAlone(bundles.engine),
  standAlone(bundles.deviceProbe),
  bundles.scriptReward,
  bundles.watchdog,
  bundles.extension,
  bundles.webview,
];

/**
 * Fills a folder with the files of a target's VSIX.
 * @returns its size in bytes
 */
export async function stagePackage(target: Target, folder: string): Promise<number> {
  rmSync(folder, { recursive: true, force: true });
  await copyListed(folder, () => true);
  cpSync(join(root, '.vscodeignore'), join(folder, '.vscodeignore'));
  trimManifest(join(folder, 'package.json'));
  const metafiles = await buildBundles(folder, inPackage);
  placeRuntime(target, folder);
  writeFileSync(
    join(folder, 'THIRD_PARTY_NOTICES.md'),
    thirdPartyNotices(root, metafiles, runtimePackages),
  );
  return sizeOf(folder);
}

function trimManifest(path: string): void {
  const manifest = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
  const kept = Object.entries(manifest).filter(([name]) => !forDevelopment.includes(name));
  writeFileSync(path, JSON.stringify(Object.fromEntries(kept), undefined, 2));
}

function sizeOf(path: string): number {
  const stats = statSync(path);
  if (!stats.isDirectory()) return stats.size;
  return readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0);
}
