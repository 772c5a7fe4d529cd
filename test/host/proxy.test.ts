import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as vscode from 'vscode';
import { until, Workbench } from '../support/host/workbench';

describe('the editor’s proxy', () => {
  for (const proxySupport of ['on', 'override']) {
    it(`is used if http.proxySupport is ${proxySupport}`, async () => {
      const hosts: (string | undefined)[] = [];
      const proxy = createServer();
      proxy.on('connect', ({ url }, socket) => {
        hosts.push(url);
        socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
      });
      await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
      const settings = vscode.workspace.getConfiguration('http');
      const set = async (name: string, value: unknown) => {
        await settings.update(name, value, vscode.ConfigurationTarget.Global);
      };
      const workbench = await Workbench.open();
      try {
        await set('proxy', `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`);
        await set('proxySupport', proxySupport);
        await workbench.saveCredentials({
          endpoint: 'https://elb.cn-north-4.myhuaweicloud.com',
          credential: { accessKey: 'AKEXAMPLE0000000001', secretKey: 'secret' },
        });
        await workbench.track('37d5c1fd-fa57-4c6d-bdcd-d523095c05e8');
        // The editor's own extensions may use the proxy, too.
        const isUsed = () => hosts.includes('elb.cn-north-4.myhuaweicloud.com:443');
        await until('the request goes through the proxy', isUsed, () => hosts);
      } finally {
        await workbench.close();
        await set('proxy', undefined);
        await set('proxySupport', undefined);
        proxy.closeAllConnections();
        proxy.close();
      }
    });
  }
});
