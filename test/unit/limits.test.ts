import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { engineFailure, findEngineFailure } from '../../src/protocol/engine-failure.ts';
import { ErrorCode } from '../../src/protocol/errors.ts';
import { readRegularFile, UnreadableFile } from '../../src/engine/limits/regular-file.ts';
import { withTimeLimit } from '../../src/engine/limits/time-limit.ts';
import { readConfig } from '../../src/engine/models/read-config.ts';
import { anyRecord } from '../../src/engine/models/checked-json.ts';
import { temporaryFolder } from './model-folder.ts';

describe('a limit of time', () => {
  const late = (): Error => new Error('late');

  for (const [name, work] of [
    [
      'a loop',
      () => {
        for (;;);
      },
    ],
    [
      'a loop that catches every error',
      () => {
        for (;;)
          try {
            throw 1;
          } catch {
            continue;
          }
      },
    ],
    ['a regular expression that backtracks', () => /(?:[\s\S]+)+\0/u.exec('x'.repeat(10_000))],
  ] as const) {
    it(`stops ${name}`, () => {
      assert.throws(() => withTimeLimit(50, work, late), /^Error: late$/u);
      assert.equal(
        withTimeLimit(1000, () => 7, late),
        7,
      );
    });
  }

  it('passes on what the work returns or throws, also within other work', () => {
    const inner = (): number => withTimeLimit(1000, () => 3, late);
    assert.equal(
      withTimeLimit(1000, () => inner() + inner(), late),
      6,
    );
    assert.equal(
      withTimeLimit(1000, () => undefined, late),
      undefined,
    );
    const fails = (): never => {
      throw new TypeError('own');
    };
    assert.throws(() => withTimeLimit(1000, fails, late), new TypeError('own'));
  });
});

describe('a file that is read whole', () => {
  let folder: ReturnType<typeof temporaryFolder>;

  beforeEach(() => {
    folder = temporaryFolder();
  });

  afterEach(() => {
    folder.remove();
  });

  async function refused(path: string, maxBytes: number, reason: RegExp): Promise<void> {
    await assert.rejects(readRegularFile(path, maxBytes), (error: unknown) => {
      assert.ok(error instanceof UnreadableFile, String(error));
      assert.match(error.message, reason);
      return true;
    });
  }

  it('is read up to the limit, and refused beyond it before it is read', async () => {
    for (const text of ['', 'x', 'x'.repeat(10_000)]) {
      const path = folder.write('file', text);
      assert.equal((await readRegularFile(path, text.length)).toString(), text);
      if (text !== '') await refused(path, text.length - 1, /^has \d+ bytes; at most \d+ are/u);
    }
    const sparse = folder.write('sparse', '');
    truncateSync(sparse, 2 ** 40);
    await refused(sparse, 1000, /^has 1099511627776 bytes/u);
  });

  it('is refused when it is missing, a folder, a pipe, a device or a link to one', async () => {
    const at = (name: string): string => join(folder.path, name);
    mkdirSync(at('folder'));
    execFileSync('mkfifo', [at('pipe')]);
    symlinkSync('/dev/zero', at('zero'));
    symlinkSync(at('nowhere'), at('dangling'));
    for (const name of ['folder', 'pipe', 'zero']) {
      await refused(at(name), 1000, /^is not a regular file$/u);
    }
    for (const name of ['absent', 'dangling']) await refused(at(name), 1000, /^does not exist$/u);
  });

  it('is named in one sentence when it belongs to a model', async () => {
    const path = join(folder.path, 'config.json');
    execFileSync('mkfifo', [path]);
    await assert.rejects(readConfig(path, anyRecord), {
      code: ErrorCode.badModel,
      message: 'config.json is not a regular file.',
    });
  });
});

describe("an engine's report of why it ended", () => {
  it('is found at the end of a log, in one line', () => {
    const line = engineFailure(ErrorCode.badModel, 'The model\ntook too long.');
    assert.deepEqual(findEngineFailure(`words${line}`), {
      code: ErrorCode.badModel,
      sentence: 'The model took too long.',
    });
  });

  it('is not found in other logs', () => {
    for (const log of [
      '',
      'words',
      engineFailure(ErrorCode.badModel, ''),
      '\u0001tqstar-engine-failure 7 x',
    ]) {
      assert.equal(findEngineFailure(log), undefined);
    }
  });
});
