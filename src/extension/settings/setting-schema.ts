/** The part of JSON Schema that package.json uses for settings. */
export interface SettingSchema {
  readonly type: string | readonly string[];
  readonly default: unknown;
  readonly enum?: readonly string[];
  /** In the language of the editor. */
  readonly markdownEnumDescriptions?: readonly string[];
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  /** What each element of a list is. */
  readonly items?: { readonly type: string };
}

/** Whether a value matches the declaration. */
export function isAllowed(value: unknown, schema: SettingSchema): boolean {
  const types = typesOf(schema);
  if (!types.some((type) => hasType(value, type))) return false;
  if (schema.enum && !schema.enum.includes(value as string)) return false;
  if (Array.isArray(value) && schema.items) {
    return value.every((each) => hasType(each, schema.items!.type));
  }
  if (isTable(value)) return Object.values(value).every(isPlain);
  if (typeof value === 'string') return value.length >= (schema.minLength ?? 0);
  if (typeof value !== 'number') return true;
  return (
    value >= (schema.minimum ?? -Infinity) &&
    value > (schema.exclusiveMinimum ?? -Infinity) &&
    value <= (schema.maximum ?? Infinity)
  );
}

export function typesOf({ type }: SettingSchema): readonly string[] {
  return typeof type === 'string' ? [type] : type;
}

function hasType(value: unknown, type: string): boolean {
  switch (type) {
    case 'integer':
      return Number.isSafeInteger(value);
    case 'number':
      return Number.isFinite(value);
    case 'array':
      return Array.isArray(value);
    case 'null':
      return value === null;
    case 'object':
      return isTable(value);
    default:
      return typeof value === type;
  }
}

function isTable(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether a value of a table is a string, a number, true, false or null. */
function isPlain(value: unknown): boolean {
  return typeof value !== 'object' || value === null;
}
