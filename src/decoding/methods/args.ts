import { meanOfRollouts, valued } from './valued.ts';

/**
 * ARGS (Khanov et al. 2024, "ARGS: Alignment as reward-guided search"): the value of a candidate is
 * the reward of the text that ends with it. With pi_SFT it is ARGS-SFT, with pi_BL ARGS-DPO.
 */
export const args = valued({
  id: 'args',
  title: 'ARGS',
  policy: 'either',
  estimate: { ...meanOfRollouts, rollsOut: false },
});
