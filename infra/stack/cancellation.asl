{
  "Comment": "Cancels a person's invitations to several Atlas organizations. Input: { username, orgIds (100 at the most), ifAccepted?, dryRun?, reason? }. Output: { unfinished, reports }, with one report for each organization: { orgId, done, outcome, detail, todo }.",
  "StartAt": "Take defaults",
  "TimeoutSeconds": 86400,
  "States": {
    "Take defaults": {
      "Type": "Pass",
      "Result": { "username": "", "orgIds": [], "ifAccepted": "fail", "dryRun": false, "reason": "" },
      "Next": "Read input"
    },
    "Read input": {
      "Type": "Pass",
      "Parameters": {
        "input.$": "States.JsonMerge($, $$.Execution.Input, false)",
        "clientContext": { "custom": { "execution.$": "$$.Execution.Id" } }
      },
      "Next": "Read known fields"
    },
    "Read known fields": {
      "Type": "Pass",
      "Parameters": {
        "username.$": "$.input.username",
        "orgIds.$": "$.input.orgIds",
        "ifAccepted.$": "$.input.ifAccepted",
        "dryRun.$": "$.input.dryRun",
        "reason.$": "$.input.reason"
      },
      "ResultPath": "$.known",
      "Next": "Compare with input"
    },
    "Compare with input": {
      "Type": "Pass",
      "Parameters": {
        "known.$": "$.known",
        "clientContext.$": "States.Base64Encode(States.JsonToString($.clientContext))",
        "nothingElse.$": "States.ArrayContains(States.Array($.known), $.input)"
      },
      "Next": "Is the input understood?"
    },
    "Is the input understood?": {
      "Comment": "A mistyped dryRun must never delete anything. More organizations than these, and an outage that lasts could fill the 25,000 events that the history of an execution holds, or the reports its 262,144 bytes: it would then fail without any.",
      "Type": "Choice",
      "Choices": [
        {
          "And": [
            { "Variable": "$.nothingElse", "BooleanEquals": true },
            { "Variable": "$.known.orgIds[0]", "IsPresent": true },
            { "Not": { "Variable": "$.known.orgIds[100]", "IsPresent": true } }
          ],
          "Next": "For each organization"
        }
      ],
      "Default": "Refuse input"
    },
    "Refuse input": {
      "Type": "Fail",
      "Error": "InvalidRequest",
      "Cause": "The input has an unknown field, no organization, or more than 100. Its fields are: username and orgIds (a list of 1 to 100; for more, start an execution for each 100), and optionally ifAccepted, dryRun and reason."
    },
    "For each organization": {
      "Type": "Map",
      "ItemsPath": "$.known.orgIds",
      "MaxConcurrency": 5,
      "ItemSelector": {
        "request": {
          "orgId.$": "$$.Map.Item.Value",
          "username.$": "$.known.username",
          "ifAccepted.$": "$.known.ifAccepted",
          "dryRun.$": "$.known.dryRun",
          "reason.$": "$.known.reason"
        },
        "clientContext.$": "$.clientContext",
        "waits": 0
      },
      "ItemProcessor": {
        "ProcessorConfig": { "Mode": "INLINE" },
        "StartAt": "Cancel",
        "States": {
          "Cancel": {
            "Type": "Task",
            "Resource": "arn:${Partition}:states:::lambda:invoke",
            "Parameters": {
              "FunctionName": "${WorkflowFunctionArn}",
              "Payload.$": "$.request",
              "ClientContext.$": "$.clientContext"
            },
            "TimeoutSeconds": 60,
            "ResultSelector": { "result.$": "$.Payload" },
            "ResultPath": "$.answer",
            "Retry": [
              {
                "Comment": "What Lambda itself may fail by (AWS docs: Step Functions, best practices), throttling first of all: for a quarter of an hour on average, twice as long at the most.",
                "ErrorEquals": [
                  "Lambda.ClientExecutionTimeoutException",
                  "Lambda.ServiceException",
                  "Lambda.AWSLambdaException",
                  "Lambda.SdkClientException",
                  "Lambda.TooManyRequestsException"
                ],
                "IntervalSeconds": 2,
                "BackoffRate": 2,
                "MaxDelaySeconds": 120,
                "MaxAttempts": 20,
                "JitterStrategy": "FULL"
              },
              {
                "Comment": "The function was ended before it could answer; cancelling twice does no harm.",
                "ErrorEquals": ["Sandbox.Timedout", "Lambda.Unknown", "Runtime.ExitError", "States.Timeout"],
                "IntervalSeconds": 2,
                "BackoffRate": 2,
                "MaxDelaySeconds": 60,
                "MaxAttempts": 3,
                "JitterStrategy": "FULL"
              },
              {
                "ErrorEquals": ["AtlasUnavailable", "AtlasTimeout", "CredentialsUnavailable"],
                "IntervalSeconds": 5,
                "BackoffRate": 2,
                "MaxDelaySeconds": 300,
                "MaxAttempts": 6,
                "JitterStrategy": "FULL"
              }
            ],
            "Catch": [
              { "ErrorEquals": ["InvitationAccepted"], "ResultPath": "$.error", "Next": "Report acceptance" },
              {
                "ErrorEquals": [
                  "InvalidRequest",
                  "InvitationNotFound",
                  "NotFound",
                  "Forbidden",
                  "InvitationApiSunset",
                  "AtlasUnauthorized",
                  "AtlasAccessListBlocked",
                  "AtlasRateLimited",
                  "AtlasUnavailable",
                  "AtlasTimeout",
                  "CredentialsUnavailable",
                  "CredentialsInvalid",
                  "InternalError"
                ],
                "ResultPath": "$.error",
                "Next": "Read cause"
              },
              {
                "Comment": "Lambda did not serve, so the function has no log of it: no breakdown.",
                "ErrorEquals": [
                  "Lambda.ClientExecutionTimeoutException",
                  "Lambda.ServiceException",
                  "Lambda.AWSLambdaException",
                  "Lambda.SdkClientException",
                  "Lambda.TooManyRequestsException"
                ],
                "ResultPath": "$.error",
                "Next": "Report outage of Lambda"
              },
              { "ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "Report breakdown" }
            ],
            "Next": "Was it a dry run?"
          },
          "Read cause": {
            "Comment": "The cause is JSON of Lambda's, and the message in it is JSON of the function's.",
            "Type": "Pass",
            "Parameters": { "cause.$": "States.StringToJson($.error.Cause)" },
            "ResultPath": "$.lambda",
            "Next": "Read failure"
          },
          "Read failure": {
            "Type": "Pass",
            "Parameters": { "failure.$": "States.StringToJson($.lambda.cause.errorMessage)" },
            "ResultPath": "$.function",
            "Next": "What can help?"
          },
          "What can help?": {
            "Type": "Choice",
            "Choices": [
              {
                "Comment": "Atlas said how long to wait: it is waited for, some times.",
                "And": [
                  { "Variable": "$.function.failure.retryAfter", "IsPresent": true },
                  { "Variable": "$.waits", "NumericLessThan": 6 }
                ],
                "Next": "Wait as long as told"
              },
              {
                "Or": [
                  { "Variable": "$.error.Error", "StringEquals": "AtlasRateLimited" },
                  { "Variable": "$.error.Error", "StringEquals": "AtlasUnavailable" },
                  { "Variable": "$.error.Error", "StringEquals": "AtlasTimeout" },
                  { "Variable": "$.error.Error", "StringEquals": "CredentialsUnavailable" }
                ],
                "Next": "Report outage"
              },
              {
                "Or": [
                  { "Variable": "$.error.Error", "StringEquals": "AtlasUnauthorized" },
                  { "Variable": "$.error.Error", "StringEquals": "AtlasAccessListBlocked" },
                  { "Variable": "$.error.Error", "StringEquals": "CredentialsInvalid" }
                ],
                "Next": "Report credentials"
              },
              { "Variable": "$.error.Error", "StringEquals": "InternalError", "Next": "Report breakdown" }
            ],
            "Default": "Report refusal"
          },
          "Wait as long as told": {
            "Type": "Wait",
            "SecondsPath": "$.function.failure.retryAfter",
            "Next": "Count wait"
          },
          "Count wait": {
            "Type": "Pass",
            "Parameters": {
              "request.$": "$.request",
              "clientContext.$": "$.clientContext",
              "waits.$": "States.MathAdd($.waits, 1)"
            },
            "Next": "Cancel"
          },
          "Was it a dry run?": {
            "Type": "Choice",
            "Choices": [{ "Variable": "$.request.dryRun", "BooleanEquals": true, "Next": "Report dry run" }],
            "Default": "Report success"
          },
          "Report success": {
            "Type": "Pass",
            "Parameters": {
              "orgId.$": "$.request.orgId",
              "done": true,
              "outcome.$": "$.answer.result.outcome",
              "detail.$": "States.Format('Settled through the {} endpoint of Atlas; confirmed: {}.', $.answer.result.via, $.answer.result.confirmed)",
              "todo": "Nothing."
            },
            "End": true
          },
          "Report dry run": {
            "Type": "Pass",
            "Parameters": {
              "orgId.$": "$.request.orgId",
              "done": true,
              "outcome.$": "$.answer.result.outcome",
              "detail.$": "States.Format('Looked at through the {} endpoint of Atlas; nothing was changed.', $.answer.result.via)",
              "todo": "Start again without dryRun to carry it out."
            },
            "End": true
          },
          "Report acceptance": {
            "Comment": "The place for an approval of one's own: only a person can say whether the member shall go.",
            "Type": "Pass",
            "Parameters": {
              "orgId.$": "$.request.orgId",
              "done": false,
              "outcome.$": "$.error.Error",
              "detail.$": "States.Format('{} has accepted the invitation and is an active member.', $.request.username)",
              "todo": "Decide whether the member shall go. If so, remove the member in Atlas, or start again for this organization with ifAccepted \"remove\", where the deployment allows it (ALLOW_MEMBER_REMOVAL)."
            },
            "End": true
          },
          "Report refusal": {
            "Type": "Pass",
            "Parameters": {
              "orgId.$": "$.request.orgId",
              "done": false,
              "outcome.$": "$.error.Error",
              "detail.$": "$.function.failure.detail",
              "todo": "Correct the input or the deployment as the detail says, then start again for this organization."
            },
            "End": true
          },
          "Report credentials": {
            "Type": "Pass",
            "Parameters": {
              "orgId.$": "$.request.orgId",
              "done": false,
              "outcome.$": "$.error.Error",
              "detail.$": "$.function.failure.detail",
              "todo": "Mend the Atlas credentials as the detail says: the secret, its role (Organization Owner) or its access list. Run a preflight, then start again for this organization."
            },
            "End": true
          },
          "Report outage": {
            "Type": "Pass",
            "Parameters": {
              "orgId.$": "$.request.orgId",
              "done": false,
              "outcome.$": "$.error.Error",
              "detail.$": "$.function.failure.detail",
              "todo": "Start again later for this organization: it was tried many times."
            },
            "End": true
          },
          "Report outage of Lambda": {
            "Type": "Pass",
            "Parameters": {
              "orgId.$": "$.request.orgId",
              "done": false,
              "outcome.$": "$.error.Error",
              "detail.$": "$.error.Cause",
              "todo": "Start again later for this organization: it was tried many times."
            },
            "End": true
          },
          "Report breakdown": {
            "Type": "Pass",
            "Parameters": {
              "orgId.$": "$.request.orgId",
              "done": false,
              "outcome.$": "$.error.Error",
              "detail.$": "$.error.Cause",
              "todo": "Look for the reason in the log of the function, mend it, then start again for this organization."
            },
            "End": true
          }
        }
      },
      "ResultPath": "$.reports",
      "Next": "Sum up"
    },
    "Sum up": {
      "Type": "Pass",
      "Parameters": {
        "unfinished.$": "States.ArrayContains($.reports[*].done, false)",
        "reports.$": "$.reports"
      },
      "End": true
    }
  }
}
