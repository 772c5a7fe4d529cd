/** Maps the error codes of jobs to advice, by the service's documentation. */

/**
 * What a person can do about an error; the texts are in ui/text/advice-words.ts.
 * - `quota-exceeded`: request a higher quota, or delete unused resources.
 * - `conflict`: the error's message names the conflict, such as a port that is in use.
 * - `resource-not-found`: a resource in the request does not exist, at least not in this project.
 * - `other-enterprise-project`: the enterprise project does not exist, or differs from the load balancer's.
 * - `subnet-has-no-address`: the backend subnet has too few free IP addresses.
 * - `no-capacity`: the service cannot allocate resources to the load balancer; only its support can help.
 * - `not-permitted`: the account lacks the permission.
 * - `not-supported`: the feature is not available in this region, or not for this type of load balancer.
 * - `invalid-certificate`: the certificate or private key cannot be read.
 * - `invalid-parameter`: the error's message names it.
 * - `internal`: the service failed; only its support can help.
 */
type JobErrorAdvice =
  | 'quota-exceeded'
  | 'conflict'
  | 'resource-not-found'
  | 'other-enterprise-project'
  | 'subnet-has-no-address'
  | 'no-capacity'
  | 'not-permitted'
  | 'not-supported'
  | 'invalid-certificate'
  | 'invalid-parameter'
  | 'internal';

/**
 * Source: "Error Codes" of the ELB API reference, as of 2026 (https://support.huaweicloud.com/api-elb/ErrorCode.html).
 * It lists the codes of the APIs; which of them a job may have is not published. Omitted are codes that only requests
 * can have, e.g. for tokens and queries, and those for names and descriptions of classic load balancers.
 */
const CODES: Readonly<Record<JobErrorAdvice, readonly string[]>> = {
  'quota-exceeded': ['1091', '2001', '5151', '6091', '8905', '9807'],
  conflict: ['1101', '6200', '8907'],
  'resource-not-found': ['1002', '1003', '2011', '2012', '5040', '6040', '7010', '7014', '7020', '8904'],
  'other-enterprise-project': ['1202', '9800', '9801'],
  'subnet-has-no-address': ['8934'],
  'no-capacity': ['8950'],
  // 8903 is documented as a 403 without a description; a guide that refers to the same page has this meaning.
  'not-permitted': ['8903', '9802', '9803', '9804'],
  'not-supported': ['8909', '8962'],
  'invalid-certificate': ['1011', '5013', '5051', '5053'],
  'invalid-parameter': ['1001', '8902', '8938', '8939', '8959', '9899'],
  internal: [
    ...['1204', '3001', '3002', '3003', '3004', '4001', '4002', '4003', '4004', '4005', '5003', '5005'],
    ...['8001', '8101', '8102', '8103', '8201', '8202', '8203', '8906'],
    ...['9001', '9002', '9003', '9006', '9007', '9023', '9033', '9043'],
  ],
};

const ADVICE: ReadonlyMap<string, JobErrorAdvice> = new Map(
  (Object.keys(CODES) as JobErrorAdvice[]).flatMap((advice) =>
    CODES[advice].map((number) => [`ELB.${number}`, advice] as const),
  ),
);

/** Returns undefined for codes that are not documented: the error is shown as it came. */
export function adviceOn(code: string | undefined): JobErrorAdvice | undefined {
  return code === undefined ? undefined : ADVICE.get(code.trim().toUpperCase());
}
