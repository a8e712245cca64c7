import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rewriteResultSchema } from '../../src/protocol/rewriting.ts';
import { built, complaint, jsonLines, tqstar } from './command-line.ts';

const prose =
  'Please make sure that you close all of the windows and the doors before you leave the building in the evening.';
/** The test's reader of standard output drops a byte order mark. */
const byteOrderMark = '\uFEFF';
const document = `# Orders\r\n\r\n${prose}\r\n\r\n\`\`\`sh\r\nnpm test\r\n\`\`\`\r\n`;
const quick = ['--preset', 'shorter', '--method', 'sft'];

describe('tqstar rewrite', () => {
  let folder: string;
  before(async () => {
    await built();
    folder = await mkdtemp(join(tmpdir(), 'tqstar-rewrite-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const file = async (name: string, text: string): Promise<string> => {
    const path = join(folder, name);
    await writeFile(path, text);
    return path;
  };

  it('prints the document with shorter prose, and leaves the file and all else as it is', async () => {
    const path = await file('orders.md', byteOrderMark + document);
    const { exitCode, stdout, stderr } = await tqstar(['rewrite', path, ...quick]);

    assert.equal(exitCode, 0, stderr);
    const [before, after] = document.split(prose);
    assert.ok(stdout.startsWith(before!) && stdout.endsWith(after!), stdout);
    assert.ok(stdout.length < document.length && stdout.includes('before'), stdout);
    assert.match(stderr, /^line 3: changed; concision and length 0\.\d\d to 0\.\d\d$/mu);
    assert.equal(await readFile(path, 'utf8'), byteOrderMark + document);
  });

  it('prints events and the result as JSON, with wordings to choose from', async () => {
    const args = ['rewrite', '-', ...quick, '--candidates', '3', '--json'];
    const { stdout } = await tqstar(args, { input: `${prose}\n` });

    const lines = jsonLines(stdout) as { readonly type?: string }[];
    assert.equal(lines[0]!.type, 'rewrite-plan');
    const { units, stopped } = rewriteResultSchema.parse(lines.at(-1));
    const [unit] = units;
    assert.equal(stopped, false);
    assert.equal(unit!.status, 'changed');
    for (const { reward, source } of unit!.alternatives) {
      assert.notEqual(source, unit!.source);
      assert.ok(reward! > unit!.reward!.before);
    }
  });

  it('declines a German draft', async () => {
    const german = 'Wir haben Ihre Zahlung am Montag erhalten und versenden die Ware morgen.\n';
    const { exitCode, stdout, stderr } = await tqstar(['rewrite', '-', ...quick], {
      input: german,
    });

    assert.deepEqual([exitCode, stdout], [0, german]);
    assert.match(stderr, /line 1: kept \(language\): The draft is in German/u);
  });

  it('follows the given instruction', async () => {
    const args = ['rewrite', '-', '--method', 'sft', '--json', '--instruction'];
    const texts: string[] = [];
    const input =
      'Send the report by Friday. In the event that it is late, we have to pay a fine.\n';
    for (const wish of ['is warm and friendly', 'says the same in fewer words']) {
      const { stdout } = await tqstar([...args, `Rewrite the text so that it ${wish}`], { input });
      const written = jsonLines(stdout) as { readonly type?: string; readonly text: string }[];
      // All that was written, because a refused answer gives way to the draft.
      const pieces = written.filter(({ type }) => type === 'rewrite-text');
      texts.push(pieces.map(({ text }) => text).join('\n'));
    }
    assert.notEqual(texts[0], texts[1]);
  });

  it('says that there is no prose', async () => {
    const input = '```\nlet a = 1;\n```\n';
    const args = ['rewrite', '-', '--language', 'markdown'];
    const { exitCode, stdout, stderr } = await tqstar(args, { input });

    assert.deepEqual([exitCode, stdout], [0, input]);
    assert.match(stderr, /There is no prose to rewrite/u);
  });

  it('refuses a file of an unknown language, and an empty instruction', async () => {
    const unknown = await tqstar(['rewrite', await file('data.bin', prose)]);
    assert.equal(unknown.exitCode, 2);
    assert.match(complaint(unknown), /data\.bin is unknown; give its id with --language/u);

    const empty = await tqstar(['rewrite', '-', '--instruction', ' '], { input: prose });
    assert.equal(empty.exitCode, 2);
    assert.match(complaint(empty), /The instruction is empty/u);
  });
});
