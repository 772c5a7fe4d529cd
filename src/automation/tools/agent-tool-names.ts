/** The names of the agent tools, as the manifest declares them. */

export const AGENT_TOOLS = ['list_elb_jobs', 'get_elb_job', 'wait_for_elb_job', 'track_elb_job'] as const;

export type AgentToolName = (typeof AGENT_TOOLS)[number];
