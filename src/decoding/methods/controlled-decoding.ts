import { meanOfRollouts, valued } from './valued.ts';

/**
 * Controlled decoding (Mudgal et al. 2024, "Controlled decoding from language models"), with Q of
 * pi_SFT estimated by rollouts instead of a trained adapter, as in the paper's comparison.
 */
export const controlledDecoding = valued({
  id: 'cd',
  title: 'Controlled decoding',
  policy: 'reference',
  estimate: meanOfRollouts,
});
