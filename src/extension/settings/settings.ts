import * as vscode from 'vscode';
import type {
  devices,
  formats,
  IndirectReference,
  MethodName,
  RolloutLaw,
} from '../../protocol/options.ts';
import { describeAllowed } from './describe-allowed.ts';
import { isAllowed, type SettingSchema } from './setting-schema.ts';

/** A reward from tqstar.rewards; the engine checks what the JSON schema cannot. */
export type OwnReward = Readonly<Record<string, unknown>> & {
  readonly id: string;
  readonly type: string;
};

/** Types of the settings by name; package.json declares their defaults, ranges and scopes. */
export interface SettingValues {
  readonly targetReward: string;
  readonly ownReward: string;
  readonly rewards: readonly OwnReward[];
  readonly rewriteMeaningWeight: number;
  /** Not checked. */
  readonly presets: readonly unknown[];
  readonly baselineReward: string;
  /** auto: tq, or tq-indirect when the baseline policy is aligned with another reward. */
  readonly method: MethodName | 'auto';
  readonly alpha: number;
  readonly k: number;
  readonly rolloutLength: number | null;
  readonly rollouts: number | null;
  readonly beta: number;
  readonly indirectReference: IndirectReference;
  readonly rolloutLaw: RolloutLaw;
  readonly maxTokens: number;
  readonly continueTokens: number;
  readonly inlineSuggestions: boolean;
  readonly temperature: number;
  readonly seed: number;
  readonly referencePolicy: string;
  /** auto: the shipped rewriter where the reference policy is the shipped model. */
  readonly rewritePolicy: string;
  readonly baselinePolicy: string;
  readonly chatTemplate: string;
  readonly templateVariables: Readonly<Record<string, string | number | boolean | null>>;
  /** Id or path of the model that adapters belong on; empty for the one that each names. */
  readonly adapterBase: string;
  /** Not checked. */
  readonly servers: readonly unknown[];
  /** Whether a list of models asks this machine's usual ports for servers. */
  readonly findServers: boolean;
  readonly format: (typeof formats)[number];
  readonly device: (typeof devices)[number];
  readonly idleUnloadMinutes: number;
  readonly nodePath: string;
  readonly modelStore: string;
}

export type SettingName = keyof SettingValues;

const section = 'tqstar';

/** Maximum number of characters of a wrong value in a message. */
const maxShown = 80;

/** The document that a setting applies to; its language and folder choose the value. */
export type SettingScope = vscode.TextDocument | undefined;

/** Reads settings. Reports an invalid value once, and uses the last valid one instead. */
export class Settings {
  readonly #schemas: ReadonlyMap<string, SettingSchema>;
  readonly #valid = new Map<string, unknown>();
  readonly #reported = new Set<string>();

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
      this.#valid.set(place, value);
      return value as SettingValues[Name];
    }
    const kept = this.#valid.get(place) ?? schema.default;
    this.#report(name, value, schema, kept);
    return kept as SettingValues[Name];
  }

  /** Checks every setting, to report invalid values before they are used. */
  check(): void {
    for (const name of this.#schemas.keys()) this.get(name as SettingName);
  }

  schema(name: SettingName): SettingSchema {
    const schema = this.#schemas.get(name);
    if (!schema) throw new Error(`package.json does not declare the setting ${name}.`);
    return schema;
  }

  /**
   * Changes a setting where it is already set: for the folder, the workspace or, by default, the
   * user. Keeps a language-specific value language-specific.
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

  #report(name: string, value: unknown, schema: SettingSchema, kept: unknown): void {
    const key = `${name} ${JSON.stringify(value)}`;
    if (this.#reported.has(key)) return;
    this.#reported.add(key);
    this.onProblem(
      vscode.l10n.t(
        'The setting tqstar.{0} is {1}, but must be {2}. Using {3} instead.',
        name,
        (JSON.stringify(value) ?? '').slice(0, maxShown),
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
