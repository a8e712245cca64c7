import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { ExitCode } from './parser/failure.ts';
import { stopMs, type Session } from './session.ts';

/**
 * Runs a program that measures the engine, built next to this one: unlike the command line, it
 * loads ONNX Runtime into its own process. It gets arguments that are already checked here, and
 * ends when this process ends: both hold an open channel.
 */
export async function runMeasuringProgram(
  session: Session,
  file: 'evaluation.js' | 'bench.js',
  args: readonly string[],
): Promise<void> {
  const child = spawn(process.execPath, [join(import.meta.dirname, file), ...args], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  session.signal.addEventListener('abort', () => {
    if (child.connected) child.disconnect();
    // What it has measured is on disk; the next run takes it from there.
    setTimeout(() => child.kill('SIGKILL'), stopMs).unref();
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  // The program has said how to resume, which this one does not know.
  session.interruptReported = code === ExitCode.interrupted;
  session.process.exitCode = code ?? ExitCode.failed;
}

/** The arguments after a command's name, as they were typed. */
export function argumentsAfter({ process }: Session, command: string): string[] {
  return process.argv.slice(process.argv.indexOf(command, 2) + 1);
}
