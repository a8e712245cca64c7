import type { Architecture, DecoderShape } from './architecture.ts';
import {
  hubConfigSchema,
  hubShape,
  parseConfig,
  slidingLayers,
  slidingSchema,
} from './hub-config.ts';
import { llama } from './llama.ts';
import { checkedShape } from './shape.ts';

const configSchema = hubConfigSchema.extend(slidingSchema.pick({ sliding_window: true }).shape);

/** transformers' default if config.json names no window; null means none. */
const defaultWindow = 4096;

/**
 * Mistral 7B and models trained from it (Zephyr, OpenChat, Starling): Llama with a sliding window
 * in each layer. In GGUF files their architecture is `llama`.
 */
export const mistral: Architecture = {
  ...llama,
  family: 'mistral',
  modelTypes: ['mistral'],
  ggufArchitectures: [],
  shapeFromConfig(raw, model): DecoderShape {
    const config = parseConfig(configSchema, raw, model);
    const window = config.sliding_window === undefined ? defaultWindow : config.sliding_window;
    const layerKinds = slidingLayers({ ...config, sliding_window: window }, model, () => false);
    return checkedShape({ ...hubShape(config, 'mistral', model), layerKinds }, model);
  },
};
