{
  "Comment": "Checks that invitations to these Atlas organizations could be cancelled now. Input: { orgIds }. Fails unless all could; its cause then has a report for each that could not, { ok, orgId, error, detail }, or of more than ten { orgId, error } only.",
  "StartAt": "For each organization",
  "TimeoutSeconds": 86400,
  "States": {
    "For each organization": {
      "Type": "Map",
      "ItemsPath": "$.orgIds",
      "MaxConcurrency": 5,
      "ItemSelector": {
        "request": { "check": true, "orgId.$": "$$.Map.Item.Value" },
        "clientContext": { "custom": { "execution.$": "$$.Execution.Id" } }
      },
      "ItemProcessor": {
        "ProcessorConfig": { "Mode": "INLINE" },
        "StartAt": "Check",
        "States": {
          "Check": {
            "Type": "Task",
            "Resource": "arn:${Partition}:states:::lambda:invoke",
            "Parameters": {
              "FunctionName": "${WorkflowFunctionArn}",
              "Payload.$": "$.request",
              "ClientContext.$": "States.Base64Encode(States.JsonToString($.clientContext))"
            },
            "TimeoutSeconds": 60,
            "OutputPath": "$.Payload",
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
                "Comment": "The function was ended before it could answer.",
                "ErrorEquals": ["Sandbox.Timedout", "Lambda.Unknown", "Runtime.ExitError", "States.Timeout"],
                "IntervalSeconds": 2,
                "BackoffRate": 2,
                "MaxDelaySeconds": 60,
                "MaxAttempts": 6,
                "JitterStrategy": "FULL"
              },
              {
                "Comment": "What passes by itself is no reason to wake a person.",
                "ErrorEquals": ["AtlasRateLimited", "AtlasUnavailable", "AtlasTimeout", "CredentialsUnavailable"],
                "IntervalSeconds": 60,
                "BackoffRate": 2,
                "MaxDelaySeconds": 600,
                "MaxAttempts": 4
              }
            ],
            "Catch": [
              {
                "ErrorEquals": [
                  "InvalidRequest",
                  "InvitationNotFound",
                  "InvitationAccepted",
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
            "End": true
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
            "Next": "Report failure"
          },
          "Report failure": {
            "Type": "Pass",
            "Parameters": {
              "ok": false,
              "name": { "orgId.$": "$.request.orgId", "error.$": "$.error.Error" },
              "report": {
                "ok": false,
                "orgId.$": "$.request.orgId",
                "error.$": "$.error.Error",
                "detail.$": "$.function.failure.detail"
              }
            },
            "End": true
          },
          "Report outage of Lambda": {
            "Type": "Pass",
            "Parameters": {
              "ok": false,
              "name": { "orgId.$": "$.request.orgId", "error.$": "$.error.Error" },
              "report": {
                "ok": false,
                "orgId.$": "$.request.orgId",
                "error.$": "$.error.Error",
                "detail.$": "$.error.Cause"
              }
            },
            "End": true
          },
          "Report breakdown": {
            "Type": "Pass",
            "Parameters": {
              "ok": false,
              "name": { "orgId.$": "$.request.orgId", "error.$": "$.error.Error" },
              "report": {
                "ok": false,
                "orgId.$": "$.request.orgId",
                "error.$": "$.error.Error",
                "detail.$": "$.error.Cause"
              }
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
        "failed.$": "States.ArrayContains($.reports[*].ok, false)",
        "reports.$": "$.reports"
      },
      "Next": "Has one failed?"
    },
    "Has one failed?": {
      "Type": "Choice",
      "Choices": [{ "Variable": "$.failed", "BooleanEquals": true, "Next": "Take failures" }],
      "Default": "Report"
    },
    "Take failures": {
      "Type": "Pass",
      "Parameters": { "failures.$": "$.reports[?(@.ok == false)]" },
      "Next": "Are they few?"
    },
    "Are they few?": {
      "Comment": "A cause has 32,768 characters at the most (Step Functions API, ExecutionFailedEventDetails), a detail up to a thousand.",
      "Type": "Choice",
      "Choices": [{ "Variable": "$.failures[10]", "IsPresent": true, "Next": "Name failures" }],
      "Default": "Tell failures"
    },
    "Tell failures": {
      "Type": "Pass",
      "Parameters": { "cause.$": "States.JsonToString($.failures[*].report)" },
      "Next": "Fail"
    },
    "Name failures": {
      "Comment": "The details are in the log of the function, and in the steps of the execution.",
      "Type": "Pass",
      "Parameters": { "cause.$": "States.JsonToString($.failures[*].name)" },
      "Next": "Fail"
    },
    "Fail": { "Type": "Fail", "Error": "PreflightFailed", "CausePath": "$.cause" },
    "Report": { "Type": "Pass", "OutputPath": "$.reports", "End": true }
  }
}
