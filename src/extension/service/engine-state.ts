import type { DeviceReport } from '../../protocol/requests.ts';

/** What the engine of this window does. */
export type EnginePhase =
  'stopped' | 'starting' | 'ready' | 'loading' | 'busy' | 'stopping' | 'failed';

export interface EngineState {
  readonly phase: EnginePhase;
  /** Of the model loaded last; none is known before. */
  readonly device: DeviceReport | undefined;
  readonly processId: number | undefined;
}
