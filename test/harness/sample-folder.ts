import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { readDrafts, type HeldOutDraft } from '../../src/bench/rewriting/drafts.ts';

const root = join(import.meta.dirname, '../..');

/** Names of the presets in the Write menu. */
const titles: Readonly<Record<string, string>> = {
  clearer: 'Clearer',
  shorter: 'Shorter',
  friendlier: 'Friendlier',
  'more-formal': 'More formal',
  fix: 'Fix grammar and spelling',
};

/**
 * Fills a folder with the letter of the tests, the sample drafts and a page that says what to ask
 * of each. Whatever was in the folder is removed.
 */
export async function fillSampleFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await cp(join(root, 'test/extension/workspace'), folder, { recursive: true });
  const drafts = (await readDrafts(root)).filter(({ sample }) => sample);
  for (const { file, text } of drafts) {
    const path = join(folder, file);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }
  await writeFile(join(folder, 'README.md'), pageOf(drafts));
}

function pageOf(drafts: readonly HeldOutDraft[]): string {
  const lines = drafts.map(
    ({ file, preset, tongue }) =>
      `- [${basename(file)}](${file}): ${typeof preset === 'string' ? titles[preset]! : preset.instruction}` +
      (tongue === 'en' ? '' : '; it is in German, so it stays'),
  );
  return [
    '# Drafts to rewrite',
    'Open one, and choose "Write with Transfer Q⋆" in the context menu. All files are copies.',
    `${lines.join('\n')}\n`,
  ].join('\n\n');
}
