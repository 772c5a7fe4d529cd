/** Registers what other programs use. Little is read at the start of the editor; the rest is read on first use. */
import { lm, tasks } from 'vscode';
import type { ElbJobTracker } from '../../api/elb-job-tracker';
import type { Disposable } from '../base/disposable';
import { errorMessageOf } from '../base/error-message';
import type { Log } from '../base/log';
import { onDemand } from '../base/on-demand';
import type { TrackedJob } from '../jobs/model/tracked-job';
import { unreadableCode } from '../ui/editor/unreadable-code';
import type { Automation } from './automation';
import type { AutomationParts } from './automation-parts';
import { exportedApi, registerApiCommands } from './exported-api';
import { TASK_TYPE, WaitTaskProvider } from './tasks/task-provider';
import { AGENT_TOOLS } from './tools/agent-tool-names';

type LoadAutomation = () => Promise<Automation>;

interface RegisteredAutomation {
  /** For other extensions. */
  readonly exported: ElbJobTracker;
  /** Runs a task that waits for the job, whose end the editor shows outside its window. */
  readonly notifyOutside: (tracked: TrackedJob) => Promise<void>;
  readonly disposables: readonly Disposable[];
}

export function registerAutomation(parts: AutomationParts): RegisteredAutomation {
  const load = onDemand(
    async () => new (await import('./automation')).Automation(parts),
    (cause) => unreadableCode(cause, parts.log),
  );
  const provider = new WaitTaskProvider(async (definition) => (await load()).waitTerminal(definition));
  return {
    exported: exportedApi(load),
    notifyOutside: async (tracked) => (await load()).notifyOutside(provider, tracked),
    disposables: [
      tasks.registerTaskProvider(TASK_TYPE, provider),
      ...registerAgentTools(load, parts.log),
      ...registerApiCommands(load),
    ],
  };
}

/** Some editors lack the tools, or refuse to register them. */
function registerAgentTools(load: LoadAutomation, log: Log): readonly Disposable[] {
  const models = lm as Partial<typeof lm> | undefined;
  if (typeof models?.registerTool !== 'function') return [];
  const registered: Disposable[] = [];
  try {
    for (const name of AGENT_TOOLS) {
      const tool = lm.registerTool(name, {
        invoke: async ({ input }, token) => (await load()).agentTools.invoke(name, input, token),
        prepareInvocation: async ({ input }) => (await load()).agentTools.prepare(name, input),
      });
      registered.push(tool);
    }
  } catch (cause) {
    log.info(`This editor has no tools for agents: ${errorMessageOf(cause)}`);
  }
  return registered;
}
