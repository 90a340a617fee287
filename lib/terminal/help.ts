export const HELP = `Cancels invitations to a MongoDB Atlas organization from a terminal.

One:   npm run cancel -- --org ID --username a@example.com [options]
Many:  npm run cancel -- --file people.csv [--org ID] [--report out.csv] [options]
Check: npm run cancel -- --check --org ID

Whom
  --org ID               the Atlas organization, 24 hexadecimal digits
  --username ADDRESS     the invited person; beside --invitation-id its witness
  --invitation-id ID     the invitation
  --user-id ID           the pending user's id in Atlas's users API; stands alone

How
  --if-accepted WORD     fail (default) or remove: what to do with someone who has accepted. Removing needs
                         ALLOW_MEMBER_REMOVAL=true in the environment too.
  --dry-run              look, change nothing, say what would happen
  --reason TEXT          a ticket or a word for the log
  --verbose              the JSON log lines on stderr
  -h, --help             this text

Many
  --file FILE            a CSV file (UTF-8, commas) whose first line names its columns, in any order, some or all of:
                         orgId, username, invitationId, userId, ifAccepted, reason
                         An empty orgId, ifAccepted or reason is taken from --org, --if-accepted or --reason.
  --report FILE          a line for every row is added to this CSV file, which is made where it is not there. It holds
                         addresses in full, and no secret.

  Both paths begin in the folder in which npm was called. A bad row is named by its line and does not stop the others.
  Requests are kept under Atlas's rate limit; where it is met all the same, rows wait. Ctrl+C finishes the rows under way,
  and a row that waits then ends as AtlasRateLimited; a second one ends at once. Every run asks Atlas anew about every
  row, since a person may have been invited again: a row that was done before is found already_gone.

Check
  --check                a preflight: tries the secret, the token, the access list and the role of this organization's
                         credentials, changes nothing, and says which endpoint lives

Credentials, from the environment, one of
  MONGODB_ATLAS_CLIENT_ID and MONGODB_ATLAS_CLIENT_SECRET              a service account
  MONGODB_ATLAS_PUBLIC_API_KEY and MONGODB_ATLAS_PRIVATE_API_KEY       an API key
  ATLAS_SECRET_ID                                                      a secret in AWS Secrets Manager, in the region of
                                                                       AWS_REGION, or else of the AWS profile
Other variables are those of the deployed functions: ATLAS_BASE_URL, ATLAS_ALLOWED_ORG_IDS, ATLAS_CANCEL_API,
ALLOW_MEMBER_REMOVAL.

Exit codes
  0    done: cancelled, already_gone, member_removed, a dry run's would_..., or a check that went well
  1    failed, with the failure's name on stderr; of many: at least one row failed
  2    called in a way that is not understood
  130  stopped by Ctrl+C
`;
