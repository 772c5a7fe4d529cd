/** Our client of the two job calls, for a separate bundle. `ready` resolves when axios is loaded too. */
import { axiosTransport } from '../../../src/cloud/http/axios-transport';
import { CloudApi } from '../../../src/cloud/http/cloud-api';
import { ElbClient } from '../../../src/cloud/api/elb-client';

export const client = new ElbClient(new CloudApi(axiosTransport('bench'), () => Date.now()));
export const ready = import('axios');
