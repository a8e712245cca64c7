import { bf16, f16, f32 } from '../float-encodings.ts';
import type { TensorEncoding } from '../tensor-rows.ts';
import { q40, q41, q50, q51, q80 } from './block-quants.ts';
import { q2K, q3K, q4K, q5K, q6K } from './k-quants.ts';
import { iq4Nl, iq4Xs, mxfp4 } from './table-quants.ts';

/** The supported tensor types, by ggml number. */
export const encodings: ReadonlyMap<number, TensorEncoding> = new Map([
  [0, f32],
  [1, f16],
  [2, q40],
  [3, q41],
  [6, q50],
  [7, q51],
  [8, q80],
  [10, q2K],
  [11, q3K],
  [12, q4K],
  [13, q5K],
  [14, q6K],
  [20, iq4Nl],
  [23, iq4Xs],
  [30, bf16],
  [39, mxfp4],
]);

/** Names of the other ggml tensor types, past and present, for messages. */
export const unsupportedTypes: ReadonlyMap<number, string> = new Map([
  [4, 'Q4_2'],
  [5, 'Q4_3'],
  [9, 'Q8_1'],
  [15, 'Q8_K'],
  [16, 'IQ2_XXS'],
  [17, 'IQ2_XS'],
  [18, 'IQ3_XXS'],
  [19, 'IQ1_S'],
  [21, 'IQ3_S'],
  [22, 'IQ2_S'],
  [24, 'I8'],
  [25, 'I16'],
  [26, 'I32'],
  [27, 'I64'],
  [28, 'F64'],
  [29, 'IQ1_M'],
  [31, 'Q4_0_4_4'],
  [32, 'Q4_0_4_8'],
  [33, 'Q4_0_8_8'],
  [34, 'TQ1_0'],
  [35, 'TQ2_0'],
  [36, 'IQ4_NL_4_4'],
  [37, 'IQ4_NL_4_8'],
  [38, 'IQ4_NL_8_8'],
  [40, 'NVFP4'],
  [41, 'Q1_0'],
  [42, 'Q2_0'],
]);
