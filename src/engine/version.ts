import { env } from 'onnxruntime-node';

/** Version of this program; kept equal to package.json by a test. */
export const engineVersion = '0.1.0';

export function onnxruntimeVersion(): string {
  return env.versions.node ?? env.versions.common;
}
