import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { readStack } from './cloudformation.ts';

const Stage = v.looseObject({ AccessLogSettings: v.looseObject({ Format: v.string() }) });

describe('the stage of the HTTP API', () => {
  it('deploys by itself, throttles all routes alike and logs each access to a group of its own', () => {
    expect(readStack().propertiesOf('HttpApiStage')).toEqual({
      ApiId: '<HttpApi>',
      StageName: '$default',
      AutoDeploy: true,
      // What Atlas has room for (below).
      DefaultRouteSettings: { ThrottlingRateLimit: '4', ThrottlingBurstLimit: '40' },
      AccessLogSettings: { DestinationArn: '<HttpApiLogGroup>.Arn', Format: expect.any(String) },
    });
  });

  it("leaves Atlas's refill of an organization's bucket room, and its token endpoint too if all starts cold at once", () => {
    const { HttpThrottlingRate, HttpThrottlingBurst, QueueMaximumConcurrency } = readStack().parameters;
    const { DefinitionString } = v.parse(
      v.looseObject({ DefinitionString: v.string() }),
      readStack().propertiesOf('CancellationStateMachine'),
    );
    const [, organizations] = /"MaxConcurrency": (\d+)/.exec(DefinitionString) ?? [];
    const containers = [HttpThrottlingBurst?.Default, QueueMaximumConcurrency?.Default, organizations].map(Number);

    expect(Number(HttpThrottlingRate?.Default) * 60).toBeLessThanOrEqual(250);
    expect(containers.reduce((sum, one) => sum + one)).toBeLessThanOrEqual(50);
  });

  it('lets in what a deployment says', () => {
    expect(
      readStack({ HttpThrottlingRate: '100', HttpThrottlingBurst: '200' }).propertiesOf('HttpApiStage'),
    ).toMatchObject({ DefaultRouteSettings: { ThrottlingRateLimit: '100', ThrottlingBurstLimit: '200' } });
  });

  it("logs of an access no path, no address of a network and nothing of the caller's but the account", () => {
    const { AccessLogSettings } = v.parse(Stage, readStack().propertiesOf('HttpApiStage'));
    // Paths, ARNs of sessions, claims and names of users may hold an e-mail address.
    expect(JSON.parse(AccessLogSettings.Format)).toEqual({
      requestId: '$context.requestId',
      time: '$context.requestTimeEpoch',
      route: '$context.routeKey',
      status: '$context.status',
      milliseconds: '$context.responseLatency',
      integrationStatus: '$context.integrationStatus',
      integrationMilliseconds: '$context.integrationLatency',
      callerAccount: '$context.identity.accountId',
      authorizerError: '$context.authorizer.error',
      error: '$context.error.message',
    });
  });
});
