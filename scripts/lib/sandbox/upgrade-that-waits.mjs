// A script for the simulator: an upgrade that waits for a decision after 45 s, and gets none.

export const upgradeThatWaits = {
  jobType: 'UPGRADE',
  resourceId: '9f5b432c-987e-4777-a1bc-6642be4b2b51',
  transitions: [
    { at: 0, status: 'RUNNING' },
    { at: 45_000, status: 'SUCCESS' },
  ],
  subJobs: ['UPGRADE_INIT', 'UPGRADE_TRAFFIC_SWITCH'].map((jobType, index) => ({
    jobId: `${index + 1}b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed`,
    jobType,
    resourceId: '9f5b432c-987e-4777-a1bc-6642be4b2b51',
    entities: [{ resource_id: '9f5b432c-987e-4777-a1bc-6642be4b2b51', resource_type: 'loadbalancer' }],
    transitions: [
      { at: index * 40_000, status: 'RUNNING' },
      { at: index === 0 ? 38_000 : 44_000, status: 'SUCCESS' },
    ],
  })),
};
