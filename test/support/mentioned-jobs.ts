/** Ids and places that texts of tests name, and what is read of a text. */
import { jobsIn } from '../../src/mentions/job-mentions';

export const NORTH = 'https://elb.cn-north-4.myhuaweicloud.com';
export const OTC = 'https://elb.eu-de.otc.t-systems.com';
export const PROJECT = '7b7705dce1e847b08b3b16dda67fec24';
export const OTHER_PROJECT = 'ff1b2c3d4e5f60718293a4b5c6d7e8f9';
export const JOB = '37d5c1fd-fa57-4c6d-bdcd-d523095c05e8';
export const SECOND = 'ef6da45b-35d9-4c18-8c35-0b80d94ab9e6';
export const BALANCER = '9f5b432c-987e-4777-a1bc-6642be4b2b50';
export const REQUEST = '39551f69-3c49-4200-8ad3-73f9a8b4a3e4';

export const ids = (text: string) => jobsIn(text).mentions.map(({ jobId }) => jobId);
export const places = (text: string) =>
  jobsIn(text).mentions.map(({ jobId, endpoint, projectId }) => [jobId, endpoint, projectId]);
