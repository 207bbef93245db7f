"""S3's requests: which IAM actions each needs, by its method, path and query."""

from __future__ import annotations

import re
from urllib.parse import unquote

from infra.localcloud.front.requests import Request

Need = tuple[str, str]
_OBJECT_VIEWS = {
    "acl": "ObjectAcl",
    "attributes": "ObjectAttributes",
    "legal-hold": "ObjectLegalHold",
    "retention": "ObjectRetention",
    "tagging": "ObjectTagging",
    "torrent": "ObjectTorrent",
}
_PUT_HEADERS = {
    "x-amz-object-lock-mode": "s3:PutObjectRetention",
    "x-amz-object-lock-legal-hold": "s3:PutObjectLegalHold",
    "x-amz-tagging": "s3:PutObjectTagging",
}
_OBJECT = re.compile(rb"<Object>(.*?)</Object>", re.DOTALL)
_KEY = re.compile(rb"<Key>(.*?)</Key>", re.DOTALL)


def bucket_and_key(request: Request) -> tuple[str, str]:
    """Bucket and key of a path-style request; either may be empty."""
    bucket, _, key = request.path.lstrip("/").partition("/")
    return bucket, key


def needs(request: Request) -> tuple[str, list[Need]]:
    """The operation's name, and the permissions that it needs."""
    bucket, key = bucket_and_key(request)
    if not bucket:
        return "ListBuckets", [("s3:ListAllMyBuckets", "*")]
    return _object_needs(request, bucket, key) if key else _bucket_needs(request, bucket)


def listing(request: Request) -> Need:
    """The permission that a caller needs to learn that an object is missing; without it S3 returns AccessDenied."""
    return "s3:ListBucket", f"arn:aws:s3:::{bucket_and_key(request)[0]}"


def _object_needs(request: Request, bucket: str, key: str) -> tuple[str, list[Need]]:
    query, method = request.query, request.method
    arn = f"arn:aws:s3:::{bucket}/{key}"
    for view, name in _OBJECT_VIEWS.items():
        if view in query:
            verb = "Put" if method == "PUT" else "Delete" if method == "DELETE" else "Get"
            return f"{verb}{name}", [(f"s3:{verb}{name}", arn)]
    versioned = "Version" if "versionId" in query else ""
    if method in {"GET", "HEAD"}:
        if "uploadId" in query:
            return "ListParts", [("s3:ListMultipartUploadParts", arn)]
        return ("HeadObject" if method == "HEAD" else "GetObject"), [(f"s3:GetObject{versioned}", arn)]
    if method == "DELETE":
        if "uploadId" in query:
            return "AbortMultipartUpload", [("s3:AbortMultipartUpload", arn)]
        return "DeleteObject", [(f"s3:DeleteObject{versioned}", arn)]
    return _put_needs(request, arn)


def _put_needs(request: Request, arn: str) -> tuple[str, list[Need]]:
    found = [("s3:PutObject", arn)]
    source = request.headers.get("x-amz-copy-source")
    if source:
        found.append(("s3:GetObject", f"arn:aws:s3:::{unquote(source).lstrip('/').partition('?')[0]}"))
    found += [(action, arn) for header, action in _PUT_HEADERS.items() if header in request.headers]
    names = {"uploads": "CreateMultipartUpload", "partNumber": "UploadPart", "uploadId": "CompleteMultipartUpload"}
    plain = "CopyObject" if source else "PutObject"
    return next((name for mark, name in names.items() if mark in request.query), plain), found


def _deleted(arn: str, written: bytes) -> Need:
    """What deleting one object of many needs, or one version of it."""
    keys = _KEY.findall(written)
    versioned = "Version" if b"<VersionId>" in written else ""
    return f"s3:DeleteObject{versioned}", f"{arn}/{keys[0].decode()}" if keys else arn


def _bucket_needs(request: Request, bucket: str) -> tuple[str, list[Need]]:
    query, method = request.query, request.method
    arn = f"arn:aws:s3:::{bucket}"
    if method == "POST" and "delete" in query:
        return "DeleteObjects", [_deleted(arn, each) for each in _OBJECT.findall(request.body)]
    if method == "HEAD":
        return "HeadBucket", [("s3:ListBucket", arn)]
    if method == "GET":
        views = {
            "location": "GetBucketLocation",
            "uploads": "ListBucketMultipartUploads",
            "versions": "ListBucketVersions",
        }
        for view, name in views.items():
            if view in query:
                return name, [(f"s3:{name}", arn)]
        if not query or "list-type" in query or "prefix" in query:
            return "ListObjects", [("s3:ListBucket", arn)]
    # Creating and configuring buckets is the operator's; functions' policies have no such action.
    kind = next(iter(query), "")
    return f"{method} bucket {kind}".strip(), [(f"s3:{method.title()}Bucket{kind.title()}", arn)]
