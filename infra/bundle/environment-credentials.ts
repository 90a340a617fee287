/**
 * What the bundle has in the place of the AWS SDK's chain of credential providers. Lambda gives a function its role's
 * credentials in the environment, first in that chain (Lambda guide, configuration-envvars-runtime); the rest of it
 * (profiles, SSO, metadata services) is a fifth of the bundle and a quarter of the time to load it.
 */
export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env';
