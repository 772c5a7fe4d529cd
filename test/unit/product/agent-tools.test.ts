import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { AGENT_TOOLS, type AgentToolName } from '../../../src/automation/tools/agent-tool-names';
import { JOB_STATES } from '../../../src/automation/tools/job-list-tool';
import { registerAutomation } from '../../../src/automation/register-automation';
import type { AutomationParts } from '../../../src/automation/automation-parts';
import { AgentToolsFixture } from '../../support/automation/agent-tools-fixture';
import { lm, registeredTools } from '../../support/fake-vscode';
import { jobAt, MemoryLog, reference } from '../../support/samples';

interface Property {
  readonly type: string;
  readonly description: string;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly enum?: readonly string[];
}

interface Tool {
  readonly name: AgentToolName;
  readonly toolReferenceName: string;
  readonly displayName: string;
  readonly userDescription: string;
  readonly modelDescription: string;
  readonly canBeReferencedInPrompt: boolean;
  readonly inputSchema: {
    readonly type: string;
    readonly additionalProperties: boolean;
    readonly properties: Readonly<Record<string, Property>>;
    readonly required?: readonly string[];
  };
}

const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as {
  readonly contributes: { readonly languageModelTools: readonly Tool[] };
};
const tools = manifest.contributes.languageModelTools;

describe('the agent tools of the manifest', () => {
  it('are those that the code registers, under names that editors accept', () => {
    assert.deepEqual(
      tools.map(({ name }) => name),
      AGENT_TOOLS,
    );
    for (const { name } of tools) assert.match(name, /^(?!copilot_|vscode_)[\w-]+$/);
  });

  it('can be used in agent mode and in prompts: VS Code leaves out a tool without a reference name', () => {
    for (const { canBeReferencedInPrompt, toolReferenceName } of tools) {
      assert.equal(canBeReferencedInPrompt, true);
      assert.match(toolReferenceName, /^[\w-]+$/);
    }
    assert.equal(new Set(tools.map(({ toolReferenceName }) => toolReferenceName)).size, tools.length);
  });

  it('have short English descriptions for models, and localized ones for people', () => {
    for (const { modelDescription, displayName, userDescription, inputSchema } of tools) {
      for (const text of [modelDescription, ...Object.values(inputSchema.properties).map((each) => each.description)]) {
        assert.match(text, /^[ -~]+$/);
        assert.ok(text.length <= 400, text);
      }
      assert.match(displayName, /^%.+%$/);
      assert.match(userDescription, /^%.+%$/);
    }
  });

  it('take an object with limits, and no field for a key, a token or an endpoint', () => {
    for (const { inputSchema } of tools) {
      assert.deepEqual([inputSchema.type, inputSchema.additionalProperties], ['object', false]);
      for (const [name, property] of Object.entries(inputSchema.properties)) {
        assert.doesNotMatch(name, /key|token|secret|endpoint|password/i);
        const isLimited = property.type === 'string' ? (property.maxLength ?? property.enum) : property.maximum;
        assert.notEqual(isLimited, undefined, name);
      }
    }
    assert.deepEqual(tools[0]?.inputSchema.properties['state']?.enum, JOB_STATES);
  });

  it('state the limits that the code checks', async () => {
    const fixture = new AgentToolsFixture();
    await fixture.track(jobAt('COMPLETE'));
    const required = { jobId: reference.jobId, text: reference.jobId };
    const isAccepted = async ({ name, inputSchema }: Tool, field: string, value: unknown) => {
      const input = Object.fromEntries((inputSchema.required ?? []).map((each) => [each, required[each as 'text']]));
      try {
        await fixture.json(name, { ...input, [field]: value });
        return true;
      } catch (cause) {
        return (cause as { readonly code: string }).code !== 'invalid-argument';
      }
    };
    for (const tool of tools) {
      for (const [field, { type, maxLength, minimum, maximum }] of Object.entries(tool.inputSchema.properties)) {
        if (type === 'integer' && minimum !== undefined && maximum !== undefined) {
          for (const value of [minimum, maximum]) assert.ok(await isAccepted(tool, field, value), `${field} ${value}`);
          for (const value of [minimum - 1, maximum + 1]) assert.ok(!(await isAccepted(tool, field, value)), field);
        } else if (maxLength !== undefined) {
          assert.ok(await isAccepted(tool, field, 'x'.repeat(maxLength)), field);
          assert.ok(!(await isAccepted(tool, field, 'x'.repeat(maxLength + 1))), field);
        }
      }
    }
  });
});

describe('the registration of the agent tools', () => {
  const parts = (log: MemoryLog) => ({ log }) as unknown as AutomationParts;
  const { registerTool } = lm;

  afterEach(() => {
    Object.assign(lm, { registerTool });
    registeredTools.clear();
  });

  it('registers each, and unregisters it when the window closes', () => {
    const { disposables } = registerAutomation(parts(new MemoryLog()));
    assert.deepEqual([...registeredTools.keys()], AGENT_TOOLS);
    for (const disposable of disposables) disposable.dispose();
    assert.equal(registeredTools.size, 0);
  });

  it('does nothing in an editor without tools, and throws nothing in one that refuses them', () => {
    delete lm.registerTool;
    registerAutomation(parts(new MemoryLog()));
    assert.equal(registeredTools.size, 0);
    const log = new MemoryLog();
    lm.registerTool = () => {
      throw new Error('not supported here');
    };
    registerAutomation(parts(log));
    assert.match(log.lines.join('\n'), /no tools for agents: not supported here/);
  });
});
