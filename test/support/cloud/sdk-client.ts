/** A client of the two job APIs on the official SDK core, built as its generated clients are. */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { BasicCredentials } from '@huaweicloud/huaweicloud-sdk-core/auth/BasicCredentials';
import { ClientBuilder } from '@huaweicloud/huaweicloud-sdk-core/ClientBuilder';
import type { HcClient } from '@huaweicloud/huaweicloud-sdk-core/HcClient';
import type { SdkResponse } from '@huaweicloud/huaweicloud-sdk-core/SdkResponse';
import type { AccessKey } from '../../../src/cloud/http/signer';

export class SdkElbClient {
  constructor(private readonly client: HcClient) {}

  showJob(jobId: string): Promise<SdkResponse> {
    return this.get('/v3/{project_id}/elb/jobs/{job_id}', { job_id: jobId }, {});
  }

  listJobs(query: Readonly<Record<string, string>>): Promise<SdkResponse> {
    return this.get('/v3/{project_id}/elb/jobs', {}, query);
  }

  private get(url: string, pathParams: Record<string, string>, queryParams: Record<string, string>) {
    return this.client.sendRequest({
      method: 'GET',
      url,
      contentType: 'application/json',
      queryParams,
      pathParams,
      headers: {},
    });
  }
}

export function sdkElbClient(endpoint: string, projectId: string, key: AccessKey): SdkElbClient {
  return new ClientBuilder((client) => new SdkElbClient(client), 'BasicCredentials')
    .withCredential(sdkCredential(key, projectId))
    .withEndpoint(endpoint)
    .build();
}

/** Runs `work` with a temporary home folder: the SDK writes an application id into the user's. */
export async function withTemporaryHome<T>(work: () => Promise<T>): Promise<T> {
  const names = ['HOME', 'USERPROFILE'];
  const before = names.map((name) => process.env[name]);
  const home = await mkdtemp(path.join(os.tmpdir(), 'sdk-home-'));
  for (const name of names) process.env[name] = home;
  try {
    return await work();
  } finally {
    for (const [index, name] of names.entries()) {
      const value = before[index];
      if (value === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = value;
    }
    await rm(home, { recursive: true, force: true });
  }
}

export function sdkCredential({ accessKey, secretKey }: AccessKey, projectId: string): BasicCredentials {
  return new BasicCredentials({ ak: accessKey, sk: secretKey }).withProjectId(projectId);
}
