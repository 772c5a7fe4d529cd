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
  if (!isRepository(url)) {
    // The address of a clone may contain a token, and the output of CI is kept.
    const shown = repository.replace(/\/\/.*@/, '//…@');
    throw new ExplainedError(
      `“${shown}” is not the address of a repository. Give one such as https://github.com/owner/name.`,
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

/** Their repositories are in no groups: a longer path is the address of a page, e.g. of a branch. */
const hostsWithoutGroups = ['github.com', 'gitee.com'];

/** @param {string} url  Without a slash at its end. */
function isRepository(url) {
  if (!/^https:\/\/[\w.-]+(?::\d+)?(?:\/[\w.-]+){2,}$/.test(url) || !URL.canParse(url)) return false;
  const { href, host, pathname } = new URL(url);
  // They differ if the path has `..`, among others.
  return href === url && (!hostsWithoutGroups.includes(host) || pathname.split('/').length === 3);
}

/**
 * Returns a Markdown text without relative pictures, and with the words of relative links only. A marketplace cannot show either
 * without the repository's address. Knows the links that the tests allow in README and CHANGELOG only.
 * @param {string} markdown
 */
export function withoutRelativeLinks(markdown) {
  const relative = String.raw`(?![a-z]+:|#)[^)\s]+`;
  return markdown
    .replace(new RegExp(String.raw`^!\[[^\]]*\]\(${relative}\)$(?:\r?\n)*`, 'gm'), '')
    .replace(new RegExp(String.raw`(?<!!)\[([^\]]*)\]\(${relative}\)`, 'g'), '$1');
}
