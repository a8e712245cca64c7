import type { Writable } from 'node:stream';
import { complain, ExitCode, failureOf } from './parser/failure.ts';
import { nodeProblem } from './node-version.ts';
import { createProgram } from './program.ts';
import { Session, type StopCause } from './session.ts';

async function run(session: Session): Promise<ExitCode> {
  let exitCode: ExitCode;
  try {
    await createProgram(session).parseAsync(process.argv);
    // A command that ran another program has set that program's exit code.
    exitCode = (process.exitCode ?? ExitCode.done) as ExitCode;
  } catch (error) {
    const failure = failureOf(error);
    exitCode = failure.exitCode;
    if (failure.sentence !== undefined && !session.cause) complain(failure.sentence);
  }
  await session.close();
  await flushed(process.stdout);
  return session.cause ? stopped(session.cause, session.interruptReported) : exitCode;
}

function stopped(cause: StopCause, reported: boolean): ExitCode {
  if (cause.kind === 'interrupt') {
    if (!reported) complain('Interrupted.');
    return ExitCode.interrupted;
  }
  const { code } = cause.error as NodeJS.ErrnoException;
  complain(
    code === 'EPIPE'
      ? 'Standard output was closed before all text was written.'
      : `Standard output cannot be written (${cause.error.message}).`,
  );
  return ExitCode.failed;
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
