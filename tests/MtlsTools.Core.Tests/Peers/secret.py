"""Reads a Kubernetes Secret as kubectl would, and writes its data as files into a folder.

secret.py MANIFEST FOLDER
"""
import base64
import os
import sys

import yaml

with open(sys.argv[1], encoding="utf-8") as manifest:
    secret = yaml.safe_load(manifest)
for name, text in secret["data"].items():
    with open(os.path.join(sys.argv[2], name), "wb") as part:
        part.write(base64.b64decode(text, validate=True))
print(secret["apiVersion"], secret["kind"], secret["type"], sorted(secret["metadata"].items()), sorted(secret["data"]))
