import { meanOfRollouts, valued } from './valued.ts';

/**
 * ARGS (Khanov et al. 2024, "ARGS: Alignment as reward-guided search"): a candidate is worth the
 * reward of the text that it ends. On pi_SFT it is ARGS-SFT, on pi_BL ARGS-DPO.
 */
export const args = valued({
  id: 'args',
  title: 'ARGS',
  policy: 'either',
  estimate: { ...meanOfRollouts, rollsOut: false },
});
