import { l10n } from 'vscode';
import { typesOf, type SettingSchema } from './setting-schema.ts';

/** Says which values a setting accepts: "a number above 0 and at most 100". */
export function describeAllowed(schema: SettingSchema): string {
  const { enum: members, minLength, items } = schema;
  const [type] = typesOf(schema);
  if (members) return l10n.t('one of {0}', members.join(', '));
  switch (type) {
    case 'integer':
    case 'number':
      return describeNumbers(schema, type === 'integer');
    case 'boolean':
      return l10n.t('true or false');
    case 'array':
      return items?.type === 'object' ? l10n.t('a list of objects') : l10n.t('a list');
    case 'object':
      return l10n.t('an object with strings, numbers, true, false or null');
    default:
      return minLength ? l10n.t('a non-empty string') : l10n.t('a string');
  }
}

function describeNumbers(
  { minimum, exclusiveMinimum, maximum }: SettingSchema,
  whole: boolean,
): string {
  const kind = whole ? l10n.t('a whole number') : l10n.t('a number');
  const most = String(maximum);
  if (exclusiveMinimum !== undefined) {
    return l10n.t('{0} above {1} and at most {2}', kind, exclusiveMinimum, most);
  }
  return maximum === undefined
    ? l10n.t('{0} of at least {1}', kind, minimum ?? 0)
    : l10n.t('{0} from {1} to {2}', kind, minimum ?? 0, most);
}
