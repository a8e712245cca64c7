import type { Locations } from '../../engine/exports/bench.ts';
import type { Programs } from '../processes.ts';
import type { DeviceName } from '../../protocol/options.ts';
import type { Finding } from './lines.ts';
import type { RandomModelName } from './random-model.ts';
import type { GpuFormat, GpuSize } from './sizes.ts';

/** What a part of the benchmark works with, in a process of its own. */
export interface PartContext {
  readonly device: DeviceName;
  /** Of the weights, where the part is done for each. */
  readonly format: GpuFormat;
  readonly model: RandomModelName;
  readonly size: GpuSize;
  readonly locations: Locations;
  readonly programs: Programs;
  /** Python for the peers. */
  readonly python: string;
  /** The benchmark's file, with what earlier parts found. */
  readonly file: string | undefined;
  /** Tells one thing as soon as it is known. */
  readonly tell: (finding: Finding) => void;
}

/** Measures one thing after the other. */
export type Part = (context: PartContext) => Promise<void>;
