import * as vscode from 'vscode';
import type { devices, formats, MethodName } from '../../protocol/options.ts';
import { describeAllowed } from './describe-allowed.ts';
import { isAllowed, type SettingSchema } from './setting-schema.ts';

/** A reward defined in settings; the engine checks what the schema cannot. */
export type OwnReward = Readonly<Record<string, unknown>> & {
  readonly id: string;
  readonly type: string;
};

/** Settings by name; package.json declares their defaults, ranges and scopes. */
export interface SettingValues {
  readonly targetReward: string;
  readonly ownReward: string;
  readonly rewards: readonly OwnReward[];
  readonly rewriteMeaningWeight: number;
  readonly baselineReward: string;
  /** auto: tq, or tq-indirect where the baseline policy was aligned to another reward. */
  readonly method: MethodName | 'auto';
  readonly alpha: number;
  readonly k: number;
  readonly rolloutLength: number;
  readonly rollouts: number | null;
  readonly beta: number;
  readonly maxTokens: number;
  readonly continueTokens: number;
  readonly inlineSuggestions: boolean;
  readonly temperature: number;
  readonly seed: number;
  readonly referencePolicy: string;
  readonly baselinePolicy: string;
  readonly format: (typeof formats)[number];
  readonly device: (typeof devices)[number];
  readonly idleUnloadMinutes: number;
  readonly nodePath: string;
  readonly modelStore: string;
}

export type SettingName = keyof SettingValues;

const section = 'tqstar';

/** What a setting is read for: a document, its language and its folder. */
export type SettingScope = vscode.TextDocument | undefined;

/** Reads settings; a wrong value is told once and the last good one stays in force. */
export class Settings {
  readonly #schemas: ReadonlyMap<string, SettingSchema>;
  readonly #good = new Map<string, unknown>();
  readonly #told = new Set<string>();

  constructor(
    extension: vscode.Extension<unknown>,
    private readonly onProblem: (message: string, setting: string) => void,
  ) {
    this.#schemas = declaredSettings(extension.packageJSON);
  }

  get<Name extends SettingName>(name: Name, scope?: SettingScope): SettingValues[Name] {
    const schema = this.schema(name);
    const value: unknown = configuration(scope).get(name);
    const place = `${name} ${scope?.languageId ?? ''} ${String(scope?.uri ?? '')}`;
    if (isAllowed(value, schema)) {
      this.#good.set(place, value);
      return value as SettingValues[Name];
    }
    const kept = this.#good.get(place) ?? schema.default;
    this.#tell(name, value, schema, kept);
    return kept as SettingValues[Name];
  }

  /** Looks at every setting, so that what is wrong is told before it is used. */
  check(): void {
    for (const name of this.#schemas.keys()) this.get(name as SettingName);
  }

  schema(name: SettingName): SettingSchema {
    const schema = this.#schemas.get(name);
    if (!schema) throw new Error(`the setting ${name} is not declared in package.json`);
    return schema;
  }

  /**
   * Writes a setting where it is already set, else for the user; a language's own stays its own.
   */
  async set<Name extends SettingName>(
    name: Name,
    value: SettingValues[Name],
    scope?: SettingScope,
  ): Promise<void> {
    const settings = configuration(scope);
    const found = settings.inspect(name);
    const inLanguage = found?.languageIds?.includes(scope?.languageId ?? '') ?? false;
    const target =
      (found?.workspaceFolderValue ?? found?.workspaceFolderLanguageValue) !== undefined
        ? vscode.ConfigurationTarget.WorkspaceFolder
        : (found?.workspaceValue ?? found?.workspaceLanguageValue) !== undefined
          ? vscode.ConfigurationTarget.Workspace
          : vscode.ConfigurationTarget.Global;
    await settings.update(name, value, target, inLanguage);
  }

  #tell(name: string, value: unknown, schema: SettingSchema, kept: unknown): void {
    const key = `${name} ${JSON.stringify(value)}`;
    if (this.#told.has(key)) return;
    this.#told.add(key);
    this.onProblem(
      vscode.l10n.t(
        'The setting tqstar.{0} is {1}; it must be {2}. {3} stays in force.',
        name,
        JSON.stringify(value) ?? '',
        describeAllowed(schema),
        JSON.stringify(kept),
      ),
      `${section}.${name}`,
    );
  }
}

function configuration(scope: SettingScope): vscode.WorkspaceConfiguration {
  return vscode.workspace.getConfiguration(
    section,
    scope ? { uri: scope.uri, languageId: scope.languageId } : undefined,
  );
}

interface Manifest {
  readonly contributes: {
    readonly configuration: readonly {
      readonly properties: Readonly<Record<string, SettingSchema>>;
    }[];
  };
}

function declaredSettings(packageJson: unknown): Map<string, SettingSchema> {
  const { configuration: groups } = (packageJson as Manifest).contributes;
  const declared = groups.flatMap(({ properties }) => Object.entries(properties));
  return new Map(declared.map(([name, schema]) => [name.slice(section.length + 1), schema]));
}
