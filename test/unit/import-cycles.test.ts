import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import ts from 'typescript';

const root = join(import.meta.dirname, '../..');

/** The files that each file imports, for types as well: ESLint's rule looks at values alone. */
function importsOf(files: readonly string[]): Map<string, string[]> {
  return new Map(
    files.map((file) => {
      const { importedFiles } = ts.preProcessFile(readFileSync(join(root, file), 'utf8'));
      const relative = importedFiles.filter(({ fileName }) => fileName.startsWith('.'));
      return [file, relative.map(({ fileName }) => normalize(join(dirname(file), fileName)))];
    }),
  );
}

/** A path of imports that ends where it began, if there is one. */
function cycleIn(imports: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): string[] | undefined => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return undefined;
    for (const next of imports.get(file) ?? []) {
      const cycle = visit(next, [...path, file]);
      if (cycle) return cycle;
    }
    done.add(file);
    return undefined;
  };
  for (const file of imports.keys()) {
    const cycle = visit(file, []);
    if (cycle) return cycle;
  }
  return undefined;
}

describe('imports', () => {
  it('make no circle, types included', () => {
    const names = readdirSync(join(root, 'src'), { encoding: 'utf8', recursive: true });
    const files = names.filter((name) => name.endsWith('.ts')).map((name) => join('src', name));
    assert.ok(files.length > 300);
    assert.equal(cycleIn(importsOf(files))?.join(' -> '), undefined);
  });

  it('are found in a circle that is planted', () => {
    const planted = new Map([
      ['a.ts', ['b.ts']],
      ['b.ts', ['c.ts']],
      ['c.ts', ['b.ts']],
    ]);
    assert.deepEqual(cycleIn(planted), ['b.ts', 'c.ts', 'b.ts']);
  });
});
