"""ONNX Runtime, kept from calling home. Import `ort` from here and nowhere else.

From release 1.29 on, onnxruntime sends events about the machine and its models to Microsoft, writes
a lasting device id to the home directory, and starts a thread that forked processes wait for at
their end, without end; unless this variable is set before its import (its Privacy.md). A user who
wants the telemetry sets it to 0.
"""

import os

os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")

import onnxruntime as ort

if os.environ["ORT_DISABLE_TELEMETRY"] == "1":
    ort.disable_telemetry_events()  # for Windows, and where somebody imported it before us

__all__ = ["ort"]
