"""Makes what deploy/aws describes, on moto in this process, and prints the task definition as AWS would give it back.

    make.py FOLDER

Every call is checked against the service's own model: a member it does not know, a value of another kind, or one that is
not in its list ends the program with 1. The policies are read by moto's check of the language of IAM.
"""

import json
import sys
from pathlib import Path

import boto3
from moto import mock_aws

REGION = "us-east-1"


def check_values(shape, value, place):
    """Raises if a text is not among those that the service names; botocore itself does not look at that."""
    if shape.type_name == "structure":
        for name, member in value.items():
            check_values(shape.members[name], member, f"{place}.{name}")
    elif shape.type_name == "list":
        for index, member in enumerate(value):
            check_values(shape.member, member, f"{place}[{index}]")
    elif shape.type_name == "string" and shape.enum and value not in shape.enum:
        raise ValueError(f"{place}: expected one of {', '.join(shape.enum)}; found {value}")


def text(path):
    return path.read_text(encoding="utf-8")


@mock_aws
def main(folder):
    iam = boto3.client("iam", region_name=REGION)
    iam.create_role(RoleName="mem0-audit-shipper", AssumeRolePolicyDocument=text(folder / "task-role.json"))
    for policy in sorted((folder / "iam").iterdir()):
        iam.create_policy(PolicyName=policy.stem, PolicyDocument=text(policy))

    ecs = boto3.client("ecs", region_name=REGION)
    task = json.loads(text(folder / "task-definition.json"))
    made = ecs.register_task_definition(**task)
    model = ecs.meta.service_model.operation_model("RegisterTaskDefinition")
    check_values(model.input_shape, task, "task definition")
    print(json.dumps(made["taskDefinition"], default=str))


try:
    main(Path(sys.argv[1]))
except Exception as error:
    sys.exit(f"{type(error).__name__}: {error}")
