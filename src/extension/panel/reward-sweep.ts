import type { GenerationOptionsInput, PromptInput } from '../../protocol/options.ts';
import type { Sweep, SweepPoint } from '../../webview/panel/messages.ts';
import { requests } from '../../protocol/requests.ts';
import type { EngineService } from '../service/engine-service.ts';

/** Writes the plain text, then one text for each alpha; reports the rewards after each text. */
export async function runSweep(
  engine: EngineService,
  prompt: PromptInput,
  options: GenerationOptionsInput,
  alphas: readonly number[],
  onChange: (sweep: Sweep) => void,
  signal: AbortSignal,
): Promise<void> {
  const points: SweepPoint[] = [];
  let plainReward: number | null = null;
  const report = (running: boolean): void => {
    onChange({ points: [...points], plainReward, total: alphas.length, running });
  };
  report(true);
  try {
    const plain = await generate({ ...options, method: 'sft' });
    plainReward = plain.reward;
    for (const alpha of [...alphas].sort((a, b) => a - b)) {
      if (signal.aborted) break;
      const { reward, text, stop } = await generate({ ...options, alpha });
      if (reward !== null && stop !== 'cancelled') points.push({ alpha, reward, text });
      report(true);
    }
  } finally {
    report(false);
  }

  function generate(each: GenerationOptionsInput): Promise<{
    reward: number | null;
    text: string;
    stop: string;
  }> {
    return engine.run(requests.generate, { prompt, options: each }, undefined, signal);
  }
}
