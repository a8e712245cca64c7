import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { rooms } from '../../eslint.config.mjs';

const root = join(import.meta.dirname, '../..');

function read(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

/** Names in backticks. */
function quoted(text: string): string[] {
  return [...text.matchAll(/`([^`]+)`/gu)].map(([, name]) => name!);
}

/** Rooms and what they may import, as the table of CONTRIBUTING.md says. */
function tableOfRooms(): [string, string[]][] {
  const [, table] = /^\| room[^\n]*\n\|[- |]+\n((?:\|[^\n]*\n)+)/mu.exec(read('CONTRIBUTING.md'))!;
  return table!
    .trim()
    .split('\n')
    .map((row) => {
      const [, room, , imports] = row.split('|');
      return [quoted(room!)[0]!, quoted(imports!)];
    });
}

/** Files of src, relative to it. */
function sources(): string[] {
  return readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.ts') && !name.endsWith('.d.ts'),
  );
}

function isInRoom(file: string, room: string): boolean {
  if (!room.includes('*')) return file === room || file.startsWith(`${room}/`);
  const pattern = room.replaceAll('.', '\\.').replaceAll('*', '[^/]*');
  return new RegExp(`^${pattern}$`, 'u').test(file);
}

describe('The rooms of src', () => {
  it('are those of the table in CONTRIBUTING.md, with the same imports', () => {
    assert.deepEqual(tableOfRooms(), Object.entries(rooms));
  });

  it('hold every source file except the main file of the engine', () => {
    const outside = sources().filter((file) => !Object.keys(rooms).some((r) => isInRoom(file, r)));
    assert.deepEqual(outside, ['engine/main.ts']);
  });
});

/** Markdown files that people wrote, relative to the root. */
function pages(): string[] {
  const inFolder = (folder: string): string[] =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.md'))
      .map((name) => join(folder, name));
  return ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', ...inFolder('docs')];
}

function withoutBlocks(markdown: string): string {
  return markdown.replace(/^```[^]*?^```/gmu, '');
}

/** The anchor that GitHub gives a heading. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{Letter}\p{Number}\s_-]/gu, '')
    .replaceAll(' ', '-');
}

function hasAnchor(path: string, anchor: string): boolean {
  const headings = readFileSync(path, 'utf8').matchAll(/^#+ (.+)$/gmu);
  return [...headings].some(([, heading]) => anchorOf(heading!) === anchor);
}

/** Why a link of a page leads nowhere; undefined when it leads somewhere. */
function problemOf(link: string, page: string): string | undefined {
  if (/^[a-z]+:/u.test(link)) return undefined;
  const [path, anchor] = link.split('#') as [string, string?];
  const target = path === '' ? join(root, page) : join(root, dirname(page), decodeURI(path));
  if (!existsSync(target)) return `${page}: ${link} does not exist`;
  if (anchor === undefined || hasAnchor(target, anchor)) return undefined;
  return `${page}: ${link} names a heading that does not exist`;
}

describe('The documentation', () => {
  it('links only to files and headings that exist', () => {
    const problems = pages().flatMap((page) => {
      const links = withoutBlocks(read(page))
        .replace(/`[^`\n]*`/gu, '`code`')
        .matchAll(/\]\(([^)\s]+)\)/gu);
      return [...links].flatMap(([, link]) => problemOf(link!, page) ?? []);
    });
    assert.deepEqual(problems, []);
  });

  it('says why there is each dependency', () => {
    const { dependencies, devDependencies } = JSON.parse(read('package.json')) as Record<
      'dependencies' | 'devDependencies',
      Record<string, string>
    >;
    const rows = [...read('docs/dependencies.md').matchAll(/^\| ([^|]+) \|/gmu)];
    const named = new Set(rows.flatMap(([, names]) => names!.trim().split(', ')));
    const missing = Object.keys({ ...dependencies, ...devDependencies }).filter(
      (name) => !named.has(name) && !name.startsWith('@types/'),
    );
    assert.deepEqual(missing, []);
  });

  for (const page of ['CONTRIBUTING.md', 'docs/architecture.md', 'docs/engine.md']) {
    it(`names only files that exist in ${page}`, () => {
      const named = quoted(withoutBlocks(read(page))).filter((name) =>
        /^(?:src|test|scripts|docs)\//u.test(name),
      );
      assert.ok(named.length > 0);
      const missing = named.filter((name) => !/[<*]/u.test(name) && !existsSync(join(root, name)));
      assert.deepEqual(missing, []);
    });
  }
});
