import type { z } from 'zod';
import type { Architecture, DecoderShape, GgufLayout } from './architecture.ts';
import { GgufConfig } from './gguf-config.ts';
import { hubShape, parseConfig, type HubConfig } from './hub-config.ts';
import { llamaGgufName, llamaNames } from './llama-names.ts';
import { checkedShape, type ShapeParts } from './shape.ts';

/** A family that differs from Llama in parts of its shape, and maybe in names. */
export interface LlamaVariant<Config extends HubConfig> {
  readonly family: string;
  /** Default: the family. */
  readonly modelTypes?: readonly string[];
  /** Default: the family. */
  readonly ggufArchitectures?: readonly string[];
  readonly schema: z.ZodType<Config>;
  /** What config.json says of the parts in which the family differs. */
  hub(config: Config, model: string): Partial<ShapeParts> & Pick<ShapeParts, 'layerKinds'>;
  /**
   * What a GGUF file's metadata says of them; layers are all the same if it gives no kinds.
   * @param has whether the file has a tensor of that name
   */
  gguf(gguf: GgufConfig, has: (tensor: string) => boolean): Partial<ShapeParts>;
  readonly layout?: Omit<GgufLayout, 'shape' | 'name'>;
  /** llama.cpp's names of modules, where they are not those of Llama. */
  readonly ggufModules?: Readonly<Record<string, string>>;
}

export function llamaLike<Config extends HubConfig>(variant: LlamaVariant<Config>): Architecture {
  const { family, modelTypes = [family], ggufArchitectures = [family] } = variant;
  const [ggufArchitecture = family] = ggufArchitectures;
  return {
    ...llamaNames,
    family,
    modelTypes,
    ggufArchitectures,
    shapeFromConfig(raw, model): DecoderShape {
      const config = parseConfig(variant.schema, raw, model);
      const parts = variant.hub(config, model);
      return checkedShape({ ...hubShape(config, family, model), ...parts }, model);
    },
    gguf: {
      ...variant.layout,
      shape(metadata, has, model): DecoderShape {
        const gguf = new GgufConfig(metadata, ggufArchitecture, model);
        const parts = variant.gguf(gguf, has);
        return checkedShape(
          {
            ...gguf.shape(family),
            ...parts,
            layerKinds: parts.layerKinds ?? gguf.layers(),
            normEpsilon: parts.normEpsilon ?? gguf.rmsEpsilon,
          },
          model,
        );
      },
      name: (name) => llamaGgufName(name, variant.ggufModules),
    },
  };
}

/** Which linear layers of a GGUF file with Llama's names have a bias. */
export function ggufBiases(has: (tensor: string) => boolean): DecoderShape['biases'] {
  return {
    qkv: has('blk.0.attn_q.bias'),
    output: has('blk.0.attn_output.bias'),
    mlp: has('blk.0.ffn_down.bias'),
  };
}
