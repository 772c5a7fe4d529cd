/** Our client of the two job calls, as it would be bundled by itself; `ready` when axios is evaluated, too. */
import { axiosTransport } from '../../../src/elb/axios-transport';
import { CloudApi } from '../../../src/elb/cloud-api';
import { ElbClient } from '../../../src/elb/elb-client';

export const client = new ElbClient(new CloudApi(axiosTransport('bench'), () => Date.now()));
export const ready = import('axios');
