import { execFile } from 'node:child_process';
import { dirname } from 'node:path';
import { l10n } from 'vscode';
import { ErrorCode, TqError } from '../../protocol/errors.ts';

/** The library may hang while it loads; the probe then kills its process. */
const limitMs = 20_000;

/**
 * Loads the inference library in a child process first, where a crash does no harm.
 * @param node path of the Node that will run the engine
 * @throws TqError device when the library does not load, engineGone when `node` cannot be run
 */
export async function probeBinding(
  node: string,
  program: string,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  const script = "require('onnxruntime-node')";
  const options = { cwd: dirname(program), env, timeout: limitMs, killSignal: 'SIGKILL' } as const;
  const failure = await new Promise<ProbeFailure | null>((resolve) => {
    execFile(node, ['-e', script], options, (error, _, stderr) => {
      resolve(error && { error, stderr });
    });
  });
  if (failure) throw describeFailure(node, failure);
}

interface ProbeFailure {
  readonly error: Error & { code?: string | number | null; signal?: NodeJS.Signals | null };
  readonly stderr: string;
}

function describeFailure(node: string, { error, stderr }: ProbeFailure): TqError {
  if (error.code === 'ENOENT' || error.code === 'EACCES') {
    return new TqError(
      ErrorCode.engineGone,
      l10n.t(
        'The engine cannot start: {0} is not a program that can be run. Check the setting tqstar.nodePath.',
        node,
      ),
      { cause: error },
    );
  }
  const reason =
    /^(?:\w*Error: .*)$/mu.exec(stderr)?.[0] ??
    (error.signal ? l10n.t('the process was killed by {0}', error.signal) : error.message);
  return new TqError(
    ErrorCode.device,
    l10n.t(
      'The inference library does not load with {0}: {1}. To use another Node, set tqstar.nodePath.',
      node,
      reason,
    ),
    { cause: error },
  );
}
