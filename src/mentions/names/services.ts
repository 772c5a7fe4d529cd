/** Which service of Huawei Cloud a host, a command or a word names. */

/** Abbreviations of the services that run jobs and write about them as such: "ECS job". */
const NAMES: ReadonlySet<string> = new Set(
  (
    'aom apm as asm bcs bms cae cbh cbr cce cci cdm cdn cfw ces cse csbs css cts dc dcs dds ddm deh dew dis dli dms dns drs dws ' +
    'ecs elb er evs fgs functiongraph ga gaussdb geminidb ges hss iec ims iotda kms kps lts meeting modelarts mpc mrs nat ' +
    'nosql obs rabbitmq rds rocketmq rms secmaster sfs smn sms swr taurusdb vbs vod vpc vpcep vpn waf workspace'
  ).split(' '),
);
/** Services that other programs call on the way, for a token, a name or their own state; they have no jobs. */
const WITHOUT_JOBS: ReadonlySet<string> = new Set(['iam', 'sts', 'obs', 'eps', 'tms', 'console', 'iam-pub', 'scs']);

/** `ecs.cn-north-4.myhuaweicloud.com`: a service, its region, and the domain of a cloud. */
const HOST = /^([a-z][a-z0-9-]{0,40})\.[a-z]{2,}-[a-z0-9-]{1,40}\.(?:[a-z0-9-]+\.){0,6}[a-z]{2,}$/;

/** Returns the service of a host in a region, e.g. `ecs`; undefined for other hosts and for services without jobs. */
export function serviceOfHost(host: string): string | undefined {
  const [, service] = HOST.exec(host.toLowerCase().replace(/:\d+$/, '')) ?? [];
  return service === undefined || WITHOUT_JOBS.has(service) ? undefined : service;
}

/** The package of a service's SDK, and a request to a service by a member of its name. */
const CODE = /^(?:huaweicloudsdk([a-z]{2,20})(?:\.|$)|(?:[\w.]{0,40}\.)?([a-z]{2,20})\.show_?job$)/i;

/** Returns the service that a name in a program is about, e.g. `ecs` for `huaweicloudsdkecs.v2`. */
export function serviceOfCode(name: string): string | undefined {
  const [, sdk, member] = CODE.exec(name) ?? [];
  return serviceOfWord(sdk ?? member ?? '');
}

/** Returns the service that a word names, e.g. `ecs` for `ECS`. */
export function serviceOfWord(word: string): string | undefined {
  const name = word.toLowerCase();
  return NAMES.has(name) ? name : undefined;
}
