import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ErrorCode, TqError } from '../src/protocol/errors.ts';
import { clearKitFolder, usualPartBytes, writeKit } from './gpu-kit/parts.ts';
import { originOf, stageKit } from './gpu-kit/stage.ts';
import { root } from './stand-alone.ts';

const exitUsage = 64;

async function makeKit(given: readonly string[]): Promise<void> {
  const [out] = given;
  if (out === undefined || out === '' || out.startsWith('-') || given.length !== 1) {
    throw new TqError(
      ErrorCode.invalidInput,
      `The kit needs one output folder: npm run gpu-kit -- OUT.`,
    );
  }
  const machine = `${process.platform}-${process.arch}`;
  if (machine !== 'linux-x64') {
    throw new TqError(
      ErrorCode.invalidInput,
      `The kit contains this machine's Node and must be made on linux-x64; this machine is ${machine}.`,
    );
  }
  clearKitFolder(out);
  const folder = mkdtempSync(join(tmpdir(), 'tqstar-kit-'));
  try {
    const origin = originOf(root);
    await stageKit(folder, origin);
    const parts = await writeKit(folder, out, { partBytes: usualPartBytes, date: origin.date });
    for (const { name, bytes } of parts) {
      console.log(`${join(out, name)}: ${(bytes / 1e6).toFixed(1)} MB`);
    }
    console.log(`Copy the whole folder ${out}; "bash run.sh" in the copy runs it.`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

try {
  await makeKit(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof TqError)) throw error;
  console.error(error.message);
  process.exitCode = error.code === ErrorCode.invalidInput ? exitUsage : 1;
}
