import { meanOfRollouts, valued } from './valued.ts';

/**
 * Controlled decoding (Mudgal et al. 2024, "Controlled decoding from language models"), with Q of
 * pi_SFT estimated by rollouts in place of a trained adapter, as the paper compares with it.
 */
export const controlledDecoding = valued({
  id: 'cd',
  title: 'Controlled decoding',
  policy: 'reference',
  estimate: meanOfRollouts,
});
