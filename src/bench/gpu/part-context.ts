import type { Locations } from '../../engine/exports/bench.ts';
import type { Programs } from '../processes.ts';
import type { DeviceName } from '../../protocol/options.ts';
import type { Finding } from './lines.ts';
import type { RandomModelName } from './random-model.ts';
import type { GpuFormat, GpuSize } from './sizes.ts';

/** Inputs of a part of the benchmark, which runs in its own process. */
export interface PartContext {
  readonly device: DeviceName;
  /** Format of the weights, if the part runs once per format. */
  readonly format: GpuFormat;
  readonly model: RandomModelName;
  readonly size: GpuSize;
  readonly locations: Locations;
  readonly programs: Programs;
  /** Python for the peers. */
  readonly python: string;
  /** The benchmark's file, with the lines of earlier parts. */
  readonly file: string | undefined;
  /** Reports one finding as soon as it is known. */
  readonly tell: (finding: Finding) => void;
}

/** Runs one part. */
export type Part = (context: PartContext) => Promise<void>;
