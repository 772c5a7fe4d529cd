// What the marketplaces show beside the extension: links to its repository, and texts whose links and pictures work there.
import { ExplainedError } from '../process/main.mjs';

/**
 * @typedef {object} RepositoryLinks
 * @property {string} repository
 * @property {string} bugs
 * @property {string} homepage
 * @property {string} files  What relative links in texts are relative to.
 * @property {string} pictures  What relative pictures in texts are relative to.
 */

/**
 * Returns the addresses of a repository on GitHub, Gitee or a server with the same paths. Files and pictures are those of the
 * release, so that they match it for ever.
 * @param {string} repository  E.g. `https://github.com/owner/name`; `.git` may follow.
 * @param {string} version  Its tag is this with a `v` before it.
 * @returns {RepositoryLinks}
 */
export function linksOf(repository, version) {
  const url = repository.replace(/\/?$/, '').replace(/\.git$/, '');
  if (!/^https:\/\/[\w.-]+(?::\d+)?(?:\/[\w.-]+){2,}$/.test(url)) {
    throw new ExplainedError(
      `“${repository}” is not the address of a repository. Give one such as https://github.com/owner/name.`,
    );
  }
  return {
    repository: url,
    bugs: `${url}/issues`,
    homepage: `${url}#readme`,
    files: `${url}/blob/v${version}`,
    pictures: `${url}/raw/v${version}`,
  };
}

/**
 * Returns a Markdown text without relative pictures, and with the words of relative links only. A marketplace cannot show either
 * without the repository's address.
 * @param {string} markdown
 */
export function withoutRelativeLinks(markdown) {
  const relative = String.raw`(?![a-z]+:|#)[^)\s]+`;
  return markdown
    .replace(new RegExp(String.raw`^!\[[^\]]*\]\(${relative}\)\n+`, 'gm'), '')
    .replace(new RegExp(String.raw`(?<!!)\[([^\]]*)\]\(${relative}\)`, 'g'), '$1');
}
