import type { GpuPartName } from '../../cli/parser/bench-gpu.ts';
import type { Part } from './part-context.ts';
import { dispatchesPart } from './parts/dispatches.ts';
import { doctorPart } from './parts/doctor.ts';
import { memoryPart } from './parts/memory.ts';
import { peersPart } from './parts/peers.ts';
import { randomModelsPart } from './parts/random-models.ts';
import { runsPart } from './parts/runs.ts';
import { speedPart } from './parts/speed.ts';
import { tokensPart } from './parts/tokens.ts';
import type { RandomModelName } from './random-model.ts';
import type { GpuFormat, GpuSize } from './sizes.ts';

export const parts: Readonly<Record<GpuPartName, Part>> = {
  doctor: doctorPart,
  tokens: tokensPart,
  speed: speedPart,
  runs: runsPart,
  dispatches: dispatchesPart,
  'random-models': randomModelsPart,
  memory: memoryPart,
  peers: peersPart,
};

/** Seconds that one process of a part may take. */
export const usualLimits: Readonly<Record<GpuPartName, number>> = {
  doctor: 180,
  tokens: 600,
  speed: 600,
  runs: 300,
  dispatches: 120,
  'random-models': 600,
  memory: 300,
  peers: 900,
};

/** One process: a part, for one format and model if it has several. */
export interface PlannedPart {
  readonly part: GpuPartName;
  readonly format?: GpuFormat;
  readonly model?: RandomModelName;
}

/** The processes of a run, in order; one per format, so that a crash ends only that format. */
export function planParts({ formats, randomModels }: GpuSize): PlannedPart[] {
  const each = (part: GpuPartName, list: readonly GpuFormat[]): PlannedPart[] =>
    list.map((format) => ({ part, format }));
  return [
    { part: 'doctor' },
    ...each('tokens', formats.tokens),
    ...each('speed', formats.speed),
    ...each('runs', formats.runs),
    ...each('dispatches', formats.dispatches),
    ...randomModels.flatMap((model) =>
      each('random-models', formats.random).map((planned) => ({ ...planned, model })),
    ),
    ...each('memory', formats.memory),
    { part: 'peers' },
  ];
}
