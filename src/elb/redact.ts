/** Takes out of a text from the service what must not be shown or logged. */

/**
 * The gateway answers a bad signature with the canonical request, which holds the security token in clear,
 * and IAM names tokens; access keys keep their first four characters, by which a person knows them.
 */
export function redact(text: string): string {
  return text
    .replace(/canonical[ _]?request\s*[:=].*/is, 'canonicalRequest:[redacted]')
    .replace(
      /(x-security-token|x-auth-token|x-subject-token|signature)(["']?\s*[:=]\s*["']?)[^\s,;|"']+/gi,
      '$1$2[redacted]',
    )
    .replace(/\b(ak\s*[:=]\s*|Access=|ak (?=\S+ not exist))([A-Za-z0-9]{4})[A-Za-z0-9]+/gi, '$1$2****');
}
