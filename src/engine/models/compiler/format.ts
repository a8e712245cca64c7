import type { FormatName } from '../../../protocol/options.ts';
import { BlockFormat } from './block-format.ts';
import type { ExternalData } from './external-data.ts';
import { FloatFormat } from './float-format.ts';
import { Int8Format } from './int8-format.ts';
import type { WeightFormat } from './weight-format.ts';

export type { FormatName };

export function createFormat(name: FormatName, data: ExternalData): WeightFormat {
  switch (name) {
    case 'int8':
      return new Int8Format(data);
    case 'fp32':
      return new FloatFormat(data, 'float32');
    case 'q8':
      return new BlockFormat(data, 8);
    case 'q4':
      return new BlockFormat(data, 4);
    case 'fp16':
      return new FloatFormat(data, 'float16');
  }
}
