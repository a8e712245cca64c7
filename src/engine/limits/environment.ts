import { closeSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { environmentVariable } from '../../protocol/engine-environment.ts';

const environmentSchema = z.record(z.string(), z.string());

/**
 * Adds the variables that the host sends on a pipe. Tokens do not stand in the environment that
 * this process was started with, which the scripts that it starts could read.
 */
export function receiveEnvironment(environment: NodeJS.ProcessEnv): void {
  const descriptor = Number(environment[environmentVariable] ?? Number.NaN);
  Reflect.deleteProperty(environment, environmentVariable);
  if (!Number.isInteger(descriptor) || descriptor < 3) return;
  const sent = environmentSchema.parse(JSON.parse(readFileSync(descriptor, 'utf8')));
  closeSync(descriptor);
  Object.assign(environment, sent);
}
