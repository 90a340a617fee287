/** The clouds of Atlas. Source: Atlas docs, "Atlas for Government"; the last two are MongoDB's own (atlas-cli, internal/store). */
const CLOUD_HOSTS = new Set([
  'cloud.mongodb.com',
  'cloud.mongodbgov.com',
  'cloud-dev.mongodb.com',
  'cloud-qa.mongodb.com',
]);
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** The origin of a URL that has nothing else: no path, no query, no user; undefined for everything else. */
function originOf(text: string): URL | undefined {
  const url = URL.parse(text);
  if (!url || url.username || url.password || url.search || url.hash || url.pathname !== '/') return undefined;
  return url;
}

/** An origin from the configuration: https, or plain http on loopback, where an emulator may stand. */
export function configuredBaseUrl(text: string): string | undefined {
  const url = originOf(text);
  if (!url) return undefined;
  return url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.test(url.hostname))
    ? url.origin
    : undefined;
}

/** An origin from a secret: a cloud of Atlas, or else whoever may write the secret could have the credentials sent to him. */
export function cloudBaseUrl(text: string): string | undefined {
  const url = originOf(text);
  return url?.protocol === 'https:' && url.port === '' && CLOUD_HOSTS.has(url.hostname) ? url.origin : undefined;
}
