import type { DeviceReport } from '../../protocol/requests.ts';

/** What the engine of this window is doing. */
export type EnginePhase =
  'stopped' | 'starting' | 'ready' | 'loading' | 'busy' | 'stopping' | 'failed';

export interface EngineState {
  readonly phase: EnginePhase;
  /** Device of the last loaded model; undefined before the first one. */
  readonly device: DeviceReport | undefined;
  readonly processId: number | undefined;
}
