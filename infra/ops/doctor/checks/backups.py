"""Every table can be restored to any second of the last 35 days."""

from __future__ import annotations

from infra.ops.doctor.checks.stacks import of
from infra.ops.doctor.deployment import Deployment, Stack
from infra.ops.doctor.findings import Finding, missing, ok


def check(deployment: Deployment) -> Finding:
    """Whether point-in-time recovery is on."""
    stack = of(deployment)
    tables = stack.named("AWS::DynamoDB::Table")
    off = [each.name for each in tables if _status(stack, each.physical) != "ENABLED"]
    if off:
        mend = (
            "aws dynamodb update-continuous-backups --table-name TABLE "
            "--point-in-time-recovery-specification PointInTimeRecoveryEnabled=true"
        )
        return missing(f"off for {', '.join(off)}", mend)
    return ok(f"on for {len(tables)} tables")


def _status(stack: Stack, table: str) -> str:
    told = stack.aws("dynamodb", "DescribeContinuousBackups", TableName=table)["ContinuousBackupsDescription"]
    return str(told.get("PointInTimeRecoveryDescription", {}).get("PointInTimeRecoveryStatus"))
