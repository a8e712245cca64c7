import { execFile } from 'node:child_process';
import { dirname } from 'node:path';
import { l10n } from 'vscode';
import { ErrorCode, TqError } from '../../protocol/errors.ts';

/** A native library that hangs while it loads is as bad as one that crashes. */
const limitMs = 20_000;

/**
 * Loads the inference library in a throwaway child, so that one that crashes takes nothing along.
 * @param node the node the engine will run with
 * @throws TqError device when it does not load, engineGone when there is no such node
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
        'The engine cannot be started: {0} is no program that can be run. Look at the setting tqstar.nodePath.',
        node,
      ),
      { cause: error },
    );
  }
  const reason =
    /^(?:\w*Error: .*)$/mu.exec(stderr)?.[0] ??
    (error.signal ? l10n.t('it was ended by {0}', error.signal) : error.message);
  return new TqError(
    ErrorCode.device,
    l10n.t(
      'The inference library does not load with {0}: {1}. Another Node can be set in tqstar.nodePath.',
      node,
      reason,
    ),
    { cause: error },
  );
}
