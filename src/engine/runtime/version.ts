import { env } from 'onnxruntime-node';

export function onnxruntimeVersion(): string {
  return env.versions.node ?? env.versions.common;
}
