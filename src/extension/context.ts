import type * as vscode from 'vscode';
import type { RewriteController } from './editor/rewrite-controller.ts';
import type { GhostText } from './editor/ghost-text.ts';
import type { LastEditor } from './editor/last-editor.ts';
import type { WritePrompt } from './editor/write-prompt.ts';
import type { EvaluationFolders } from './evaluation/evaluation-folders.ts';
import type { EvaluationPanels } from './evaluation/evaluation-panels.ts';
import type { Messages } from './messages.ts';
import type { PanelController } from './panel/panel-controller.ts';
import type { ReadonlyTexts } from './panel/readonly-texts.ts';
import type { EngineService } from './service/engine-service.ts';
import type { ServerAccess } from './service/server-access.ts';
import type { Settings } from './settings/settings.ts';

/** The parts of the extension that commands use. */
export interface Ctx {
  readonly extension: vscode.ExtensionContext;
  readonly log: vscode.LogOutputChannel;
  readonly messages: Messages;
  readonly settings: Settings;
  readonly engine: EngineService;
  readonly servers: ServerAccess;
  readonly editor: LastEditor;
  readonly panel: PanelController;
  readonly rewrites: RewriteController;
  readonly prompt: WritePrompt;
  readonly ghostText: GhostText;
  readonly texts: ReadonlyTexts;
  readonly evaluations: EvaluationPanels;
  readonly evaluationFolders: EvaluationFolders;
}
