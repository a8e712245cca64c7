import type { Writable } from 'node:stream';
import { ExitCode, failureOf } from './failure.ts';
import { nodeProblem } from './node-version.ts';
import { createProgram } from './program.ts';
import { Session, type StopCause } from './session.ts';
import { printable } from './view/printable.ts';

async function run(session: Session): Promise<ExitCode> {
  let exitCode: ExitCode;
  try {
    await createProgram(session).parseAsync(process.argv);
    // Commands that are programs of their own set what those ended with.
    exitCode = (process.exitCode ?? ExitCode.done) as ExitCode;
  } catch (error) {
    const failure = failureOf(error);
    exitCode = failure.exitCode;
    if (failure.sentence !== undefined && !session.cause) complain(failure.sentence);
  }
  await session.close();
  await flushed(process.stdout);
  return session.cause ? stopped(session.cause, session.interruptTold) : exitCode;
}

function stopped(cause: StopCause, told: boolean): ExitCode {
  if (cause.kind === 'interrupt') {
    if (!told) complain('Interrupted.');
    return ExitCode.interrupted;
  }
  const { code } = cause.error as NodeJS.ErrnoException;
  complain(
    code === 'EPIPE'
      ? 'Standard output was closed before everything was written.'
      : `Standard output cannot be written (${cause.error.message}).`,
  );
  return ExitCode.failed;
}

function complain(sentence: string): void {
  process.stderr.write(`tqstar: ${printable(sentence)}\n`);
}

function flushed(stream: Writable): Promise<void> {
  return new Promise((resolve) => {
    stream.write('', () => {
      resolve();
    });
  });
}

const problem = nodeProblem(process.versions.node);
if (problem === undefined) {
  process.exit(await run(new Session(process)));
} else {
  complain(problem);
  process.exit(ExitCode.failed);
}
