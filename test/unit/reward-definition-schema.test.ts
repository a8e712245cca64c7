import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { scriptEntry } from '../../src/engine/reward/script/script-reward.ts';
import { rewardDefinitionSchema } from '../../src/engine/reward/catalogue/reward-definition.ts';

const root = join(import.meta.dirname, '../..');

const propertySchema = z.looseObject({
  type: z.union([z.string(), z.array(z.string())]).optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  minItems: z.number().optional(),
  maxItems: z.number().optional(),
});
const limits = ['minimum', 'maximum', 'minItems', 'maxItems'] as const;

const objectSchema = z.looseObject({ properties: z.record(z.string(), propertySchema) });

/** The engine's definitions, by type. */
const definitions = z
  .looseObject({ oneOf: z.array(objectSchema) })
  .parse(z.toJSONSchema(rewardDefinitionSchema, { io: 'input' }))
  .oneOf.map(({ properties }) => ({ type: String(properties['type']?.['const']), properties }));

const manifestSchema = z.looseObject({
  contributes: z.looseObject({
    configuration: z.array(z.looseObject({ properties: z.record(z.string(), z.unknown()) })),
  }),
});

describe('the schema of the setting tqstar.rewards', () => {
  const manifest: unknown = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const setting = manifestSchema
    .parse(manifest)
    .contributes.configuration.map(({ properties }) => properties['tqstar.rewards'])
    .find((found) => found !== undefined);
  const { properties } = z.looseObject({ items: objectSchema }).parse(setting).items;

  it('lists the types that the engine accepts', () => {
    assert.deepEqual(
      properties['type']?.['enum'],
      definitions.map(({ type }) => type),
    );
  });

  it('lists the fields that the engine accepts', () => {
    const fields = new Set(definitions.flatMap((each) => Object.keys(each.properties)));
    assert.deepEqual(Object.keys(properties).sort(), [...fields].sort());
  });

  it('sets no limit that the engine does not set', () => {
    for (const definition of definitions) {
      for (const [field, accepted] of Object.entries(definition.properties)) {
        for (const limit of limits) {
          const shown = properties[field]?.[limit];
          if (shown === undefined) continue;
          assert.equal(shown, accepted[limit], `${limit} of ${field} of type ${definition.type}`);
        }
      }
    }
  });

  it('shows the time limit that a script has by default', () => {
    const accepted = scriptEntry.description.parameters?.['timeout'] ?? '';
    assert.ok(accepted.includes(`(${String(properties['timeout']?.['default'])} when left out)`));
  });
});

describe('docs/rewards.md', () => {
  it('lists the fields of every definition', () => {
    const text = readFileSync(join(root, 'docs/rewards.md'), 'utf8');
    for (const { type, properties: accepted } of definitions) {
      const row = new RegExp(`^\\| \`${type}\` +\\| (\`id\`.*)\\|$`, 'mu').exec(text);
      for (const field of Object.keys(accepted).filter((name) => name !== 'type')) {
        assert.ok(row?.[1]?.includes(`\`${field}\``), `docs/rewards.md: ${field} of type ${type}`);
      }
    }
  });
});
