import { deleteInvitation, deleteUser, type HttpRequest, postCancellation } from '../support/http-events.ts';
import { member, secret, specifyFailures } from './failure-rows.ts';
import { ANN, type OpenDoor } from './support.ts';

const OTHER_ORG = '5f0a11ce00000000000000ff';
const ROUTE_UNKNOWN: HttpRequest = { method: 'GET', resource: '/cancellations' };

specifyFailures({
  InvalidRequest: [
    {
      when: 'an id is malformed',
      ask: ({ orgId }) => deleteInvitation(orgId, 'x'),
      status: 400,
      code: 'INVALID_REQUEST',
      detail: 'invitationId must be 24 lower-case hexadecimal digits.',
    },
    {
      when: 'the address is not the one that the invitation invites',
      ask: ({ orgId, invitationId }) => postCancellation({ orgId, invitationId, username: 'bob@example.com' }),
      status: 400,
      code: 'INVALID_REQUEST',
    },
    {
      when: 'Atlas says that it is',
      arrange: ({ atlas }) =>
        atlas.faults.next(
          { status: 400, body: { error: 400, errorCode: 'VALIDATION_ERROR', detail: 'Not so.' } },
          /^DELETE/,
        ),
      status: 400,
      code: 'VALIDATION_ERROR',
      detail: 'Not so.',
    },
  ],
  InvitationNotFound: (['400-invitation', '404-invitation', '404-resource'] as const).map((goneAs) => ({
    when: `the invitation is gone, which Atlas says as ${goneAs}`,
    arrange: ({ atlas, organization }: OpenDoor) => {
      atlas.settings.goneAs = goneAs;
      organization.accept(ANN);
    },
    status: 404,
    code: goneAs === '404-resource' ? 'RESOURCE_NOT_FOUND' : 'INVALID_INVITATION_ID',
  })),
  InvitationAccepted: [
    {
      when: 'the person is a member',
      arrange: member,
      ask: ({ orgId }) => postCancellation({ orgId, username: ANN }),
      status: 409,
      code: 'INVITATION_ACCEPTED',
      detail: 'a***@example.com is an active member of this organization already.',
    },
    {
      when: 'the invitation is gone, and the person is a member',
      arrange: member,
      ask: ({ orgId, invitationId }) => postCancellation({ orgId, invitationId, username: ANN }),
      status: 409,
      code: 'INVITATION_ACCEPTED',
    },
    {
      when: 'the user is a member',
      arrange: member,
      ask: ({ orgId, userId }) => deleteUser(orgId, userId),
      status: 409,
      code: 'INVITATION_ACCEPTED',
    },
  ],
  NotFound: [
    {
      when: 'Atlas knows no such organization',
      ask: ({ invitationId }) => deleteInvitation(OTHER_ORG, invitationId),
      status: 404,
      code: 'ORG_NOT_FOUND',
      detail: `No organization with ID ${OTHER_ORG} exists.`,
    },
    { when: 'there is no such route', ask: () => ROUTE_UNKNOWN, status: 404, code: 'NOT_FOUND' },
  ],
  Forbidden: [
    {
      when: 'the organization is not on the list',
      environment: { ATLAS_ALLOWED_ORG_IDS: OTHER_ORG },
      status: 403,
      code: 'FORBIDDEN',
    },
    {
      when: "the organization is not the secret's own",
      arrange: (stage) => {
        const { clientId, clientSecret } = stage.account;
        secret({ clientId, clientSecret, orgId: OTHER_ORG })(stage);
      },
      status: 403,
      code: 'FORBIDDEN',
    },
    {
      when: 'a member would be removed, which this deployment does not do',
      arrange: member,
      ask: ({ orgId, userId }) => deleteUser(orgId, userId, { query: 'ifAccepted=remove' }),
      status: 403,
      code: 'FORBIDDEN',
    },
    {
      when: 'the invitation is one to a project',
      arrange: () => {},
      ask: ({ orgId, organization }) => deleteInvitation(orgId, organization.inviteToProject(ANN).invitationId),
      status: 403,
      code: 'CANNOT_DELETE_GROUP_INVITATION',
    },
    {
      when: 'the last owner would be removed',
      environment: { ALLOW_MEMBER_REMOVAL: 'true' },
      ask: ({ orgId, organization }) => {
        const { userId } = organization.addMember('owner@example.com', { owner: true });
        return deleteUser(orgId, userId, { query: 'ifAccepted=remove' });
      },
      status: 403,
      code: 'CANNOT_DELETE_LAST_ADMIN',
    },
  ],
  InvitationApiSunset: [
    ...(['410', '404', '406'] as const).map((sunset) => ({
      when: `the invites endpoint has ended, which Atlas says as ${sunset}`,
      arrange: ({ atlas }: OpenDoor) => {
        atlas.settings.sunset = sunset;
      },
      status: 410,
      code: 'INVITATION_API_SUNSET',
      detail: 'send the e-mail address as username instead',
    })),
    {
      when: 'the invites endpoint is not in use',
      environment: { ATLAS_CANCEL_API: 'users' },
      status: 410,
      code: 'INVITATION_API_SUNSET',
    },
  ],
});
