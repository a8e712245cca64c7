import { availableParallelism } from 'node:os';
import { GraphSession, type DecoderShape, type GraphTarget } from '../../engine/exports/bench.ts';
import type { DeviceName } from '../../protocol/options.ts';

/** A model compiled for GPUs. */
export interface GpuModel {
  readonly folder: string;
  readonly shape: DecoderShape;
  readonly target: Exclude<GraphTarget, 'cpu'>;
}

/** Names of the attention of a graph in lines: WebGPU's operator, or operators of every GPU. */
export const attentionNames = { webgpu: 'fused', gpu: 'plain' } as const;

/** The graphs that a device runs, its default first. The CPU runs both. */
export function targetsOf(device: DeviceName): GpuModel['target'][] {
  return device === 'webgpu' || device === 'cpu' ? ['webgpu', 'gpu'] : ['gpu'];
}

/** @param profile prefix of the file that ONNX Runtime's profiler writes */
export function openOnDevice(
  { folder, shape, target }: GpuModel,
  device: DeviceName,
  profile?: string,
): Promise<GraphSession> {
  const threads = availableParallelism();
  return GraphSession.create(folder, shape, { threads, device, target, profile });
}
