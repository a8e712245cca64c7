import type { Writable } from 'node:stream';
import { environmentDescriptor, environmentVariable } from '../protocol/engine-environment.ts';

/** What a program needs before its first line; none is a secret. */
const startVariables =
  /^(?:COMSPEC|DYLD_\w+|ELECTRON_RUN_AS_NODE|HOME|LANG|LANGUAGE|LC_\w+|LD_\w+|NODE_(?:DEBUG|EXTRA_CA_CERTS|ICU_DATA|OPTIONS|PATH|V8_COVERAGE)|OPENSSL_CONF|PATH|PATHEXT|SSL_CERT_\w+|SYSTEMDRIVE|SYSTEMROOT|TEMP|TMP|TMPDIR|TZ|USERPROFILE|UV_\w+|WINDIR)$/iu;

/** The environment to start an engine with; the rest follows by `sendEnvironment`. */
export function startEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(([name]) => startVariables.test(name));
  return { ...Object.fromEntries(kept), [environmentVariable]: String(environmentDescriptor) };
}

/**
 * Sends the engine the variables that it was not started with, tokens and keys among them. Every
 * program of the same person can read the environment that a process was started with.
 */
export function sendEnvironment(pipe: Writable, env: NodeJS.ProcessEnv): void {
  // The engine may end before it reads.
  pipe.on('error', () => undefined);
  const rest = Object.entries(env).filter(
    ([name, value]) => value !== undefined && !startVariables.test(name),
  );
  pipe.end(JSON.stringify(Object.fromEntries(rest)));
}
