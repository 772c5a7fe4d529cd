/** The same client on the official SDK core, as in ours.ts. */
import { sdkElbClient } from '../../support/cloud/sdk-client';

export const client = sdkElbClient('http://127.0.0.1:1', 'project', { accessKey: 'a', secretKey: 's' });
export const ready = Promise.resolve();
