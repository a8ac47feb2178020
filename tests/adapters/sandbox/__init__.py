"""Tests of the sandbox, driven by the real SDKs over real HTTP."""
